// biome-ignore-all lint/style/noRestrictedImports: tests may use what test/support builds.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { fakeIo, throughputAssignment } from '../../test/support/fake-io.ts';
import { FakeLoop } from '../../test/support/fake-loop.ts';
import { fakePipe } from '../../test/support/fake-pipe.ts';
import { NetprobeError } from '../contract/error.ts';
import type { Direction } from '../contract/intervals.ts';
import { serveThroughput } from './throughput-responder.ts';

const MS = 1e6;
let loop: FakeLoop;
beforeEach(() => {
  loop = new FakeLoop();
});
afterEach(() => vi.unstubAllGlobals());

function serve(direction: Direction, streams = 1) {
  const parts = fakeIo(loop.clock);
  const { accept, finished } = serveThroughput(throughputAssignment(direction, streams), parts.io);
  const state = { end: 'running' as unknown };
  finished().then(
    () => {
      state.end = 'resolved';
    },
    (error) => {
      state.end = error;
    },
  );
  const add = (stream: number) => {
    const made = fakePipe();
    accept(stream, made.pipe);
    return made;
  };
  return { ...parts, add, state };
}

const ABORT = new NetprobeError('NETPROBE_ABORTED', 'enough');

describe('the far end of a throughput cell', () => {
  it('sends on every stream of a phase once it is told to go, also on one that comes later', async () => {
    const { add, heard } = serve('reverse', 2);
    const first = add(0);
    heard.put({ say: 'go', phase: 0 });
    await loop.run(MS);
    expect([first.state.sending, add(1).state.sending]).toEqual([true, true]);
  });

  it('in duplex goes on counting when the near end has counted before it', async () => {
    const { add, heard, told, table } = serve('duplex');
    const { state, arrive } = add(0);
    arrive(10, loop.now);
    await loop.run(150 * MS);
    heard.put({ say: 'metered', phase: 0 });
    await loop.run(200 * MS);
    expect(state.destroyed).toBe(false);
    await loop.run();
    expect(told).toEqual([{ say: 'metered', phase: 0 }]);
    expect(table.rows.map(({ omitted }) => omitted)).toEqual([0, 0, 0]);
    // The near end hears that over another connection: streams that end before would be missed there.
    expect(state.destroyed).toBe(false);
    heard.end();
    await loop.run();
    expect(state.destroyed).toBe(true);
  });

  it('stops sending when the near end has counted, and nothing is counted here', async () => {
    const { add, heard } = serve('reverse');
    const { state } = add(0);
    heard.put({ say: 'go', phase: 0 });
    heard.put({ say: 'metered', phase: 0 });
    await loop.run(MS);
    expect(state).toMatchObject({ sending: true, destroyed: true });
  });

  it('stops a count that some of its streams never came to, when the session ends', async () => {
    const { add, heard, state, table, facts } = serve('forward', 4);
    const { arrive } = add(0);
    arrive(10, loop.now);
    await loop.run(50 * MS);
    heard.fail(ABORT);
    await loop.run();
    expect(state.end).toBe(ABORT);
    expect(loop.now).toBeLessThan(100 * MS);
    expect(table.rows.map(({ omitted }) => omitted)).toEqual([1, 1, 1, 1]);
    expect(facts.get('received_fwd_bytes')).toBe(10);
    expect(loop.pending).toBe(0);
  });

  it('turns away a stream number beyond its phases, and messages of unknown phases', async () => {
    const { add, heard, state } = serve('forward', 2);
    expect(add(2).state.destroyed).toBe(true);
    expect(add(4_294_967_295).state.destroyed).toBe(true);
    for (const message of [null, 7, [], { say: 'go', phase: 9 }, { say: 'go', phase: '0' }, { say: 'x', phase: 0 }])
      heard.put(message);
    heard.end();
    await loop.run();
    expect(state.end).toBe('resolved');
  });
});
