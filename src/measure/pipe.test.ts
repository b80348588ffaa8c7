// biome-ignore-all lint/style/noRestrictedImports: tests may use what test/support builds.
import { Duplex } from 'node:stream';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { FakeLoop } from '../../test/support/fake-loop.ts';
import { endOf, pump } from './pipe.ts';

const CHUNK = Buffer.alloc(1000);

afterEach(() => vi.unstubAllGlobals());

/** A stream whose writes are done when the test says so; or at once, as a socket that takes everything. */
function sink(how: { highWaterMark: number; atOnce: boolean }) {
  const state = { bytes: 0, finish: () => {} };
  const stream = new Duplex({
    highWaterMark: how.highWaterMark,
    read() {},
    write(chunk: Buffer, _, done) {
      state.bytes += chunk.length;
      if (how.atOnce) done();
      else state.finish = done;
    },
  });
  return { stream, state };
}

describe('a pump', () => {
  it.each([
    ['smaller than', 100_000],
    ['larger than', 100],
  ])(
    'lets timers have their turn, with chunks %s the buffer of a stream that takes everything',
    async (_, highWaterMark) => {
      const { stream, state } = sink({ highWaterMark, atOnce: true });
      const atTimers: number[] = [];
      let ticks = 0;
      await new Promise<void>((resolve) => {
        const tick = () => {
          atTimers.push(state.bytes);
          ticks += 1;
          if (ticks < 3) setTimeout(tick, 1);
          else resolve();
        };
        setTimeout(tick, 1);
        pump(stream, () => CHUNK);
      });
      stream.destroy();
      expect(atTimers[0]).toBeGreaterThan(0);
      expect(atTimers[2]).toBeGreaterThan(atTimers[0] as number);
    },
  );

  it('sends no more than 16 chunks in one turn of the loop', async () => {
    const loop = new FakeLoop();
    const { stream, state } = sink({ highWaterMark: 100, atOnce: true });
    pump(stream, () => CHUNK);
    await loop.run(0);
    expect(state.bytes).toBeGreaterThan(0);
    expect(state.bytes).toBeLessThanOrEqual(16 * CHUNK.length);
    stream.destroy();
    await loop.run();
    expect(loop.pending).toBe(0);
  });

  it('writes the next chunk only when the stream has taken the last', () => {
    const { stream, state } = sink({ highWaterMark: 100, atOnce: false });
    pump(stream, () => CHUNK);
    expect(state.bytes).toBe(1000);
    expect(stream.writableLength).toBe(1000);
    stream.destroy();
  });

  it.each([
    ['destroyed', (stream: Duplex) => stream.destroy()],
    ['ended', (stream: Duplex) => stream.end()],
  ])('stops when its stream is %s', async (_, stop) => {
    const loop = new FakeLoop();
    const { stream, state } = sink({ highWaterMark: 100_000, atOnce: true });
    pump(stream, () => CHUNK);
    await loop.run(100_000);
    stop(stream);
    const before = state.bytes;
    await loop.run();
    expect(before).toBeGreaterThan(0);
    expect(state.bytes).toBe(before);
    expect(loop.pending).toBe(0);
  });
});

describe('the end of a stream', () => {
  it('is its error, when it has one', async () => {
    const { stream } = sink({ highWaterMark: 1, atOnce: true });
    const ended = endOf(stream);
    const fault = new Error('reset');
    stream.destroy(fault);
    expect(await ended).toBe(fault);
  });

  it('is a close by the other side, or by this one', async () => {
    const theirs = sink({ highWaterMark: 1, atOnce: true }).stream;
    const endedByThem = endOf(theirs);
    theirs.resume().push(null);
    expect(await endedByThem).toMatchObject({ code: 'NETPROBE_CLOSED', message: 'the other side closed a stream' });
    const ours = sink({ highWaterMark: 1, atOnce: true }).stream;
    const endedByUs = endOf(ours);
    ours.destroy();
    expect(await endedByUs).toMatchObject({ code: 'NETPROBE_CLOSED' });
  });
});
