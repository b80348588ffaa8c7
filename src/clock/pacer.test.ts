// biome-ignore-all lint/style/noRestrictedImports: tests may use what test/support builds.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FakeLoop } from '../../test/support/fake-loop.ts';
import type { Ns } from '../contract/records.ts';
import { Pacer } from './pacer.ts';

const MS = 1e6;
let loop: FakeLoop;
let pacer: Pacer;
let sends: { intended: Ns; index: number; actual: Ns; turn: number }[];

beforeEach(() => {
  loop = new FakeLoop();
  pacer = new Pacer(loop.clock);
  sends = [];
});
afterEach(() => vi.unstubAllGlobals());

function start(at: Iterable<Ns>, also: (index: number) => unknown = () => undefined) {
  const abort = new AbortController();
  const send = (intended: Ns, index: number) => {
    sends.push({ intended, index, actual: loop.now, turn: loop.turns });
    also(index);
  };
  const result = { settled: 'not yet' as unknown };
  const told = (settled: unknown) => {
    result.settled = settled;
  };
  pacer.pace(at, 0, send, abort.signal).then(() => told('resolved'), told);
  return { abort, result };
}

const times = (count: number, everyMs: number) => Array.from({ length: count }, (_, i) => 5 * MS + i * everyMs * MS);

describe('open-loop pacing', () => {
  it('sends once for each time, in order, never early and hardly late', async () => {
    const at = times(50, 10);
    const { result } = start(at);
    await loop.run();
    expect(result.settled).toBe('resolved');
    expect(sends.map(({ intended }) => intended)).toEqual(at);
    expect(sends.map(({ index }) => index)).toEqual(at.map((_, i) => i));
    for (const { intended, actual } of sends) {
      expect(actual).toBeGreaterThanOrEqual(intended);
      expect(actual - intended).toBeLessThanOrEqual(0.02 * MS);
    }
    expect(loop.pending).toBe(0);
  });

  it('sends at once what is due at the start, and resolves at once for no times', async () => {
    const none = start([]);
    const due = start([0, 0, 0]);
    await loop.run();
    expect([none.result.settled, due.result.settled]).toEqual(['resolved', 'resolved']);
    expect(sends.map(({ actual }) => actual)).toEqual([0, 0, 0]);
  });

  it('catches up when the loop was held up: nothing is dropped, and the lateness shows', async () => {
    const { result } = start(times(100, 1), (index) => index === 9 && loop.block(50 * MS));
    await loop.run();
    expect(result.settled).toBe('resolved');
    expect(sends).toHaveLength(100);
    const lateness = sends.map(({ intended, actual }) => Math.floor((actual - intended) / MS));
    expect(lateness.slice(0, 10)).toEqual(Array(10).fill(0));
    // The one after the block was due 1 ms into it, the next 2 ms, and so on.
    expect(lateness.slice(10, 59)).toEqual(Array.from({ length: 49 }, (_, i) => 49 - i));
    expect(lateness.slice(60)).toEqual(Array(40).fill(0));
  });

  it('lets the loop have a turn after every 64 overdue sends, for the replies to be read', async () => {
    loop.block(1000 * MS);
    const { result } = start(times(200, 1));
    await loop.run();
    expect(result.settled).toBe('resolved');
    const turns = [...new Set(sends.map(({ turn }) => turn))];
    expect(turns.map((turn) => sends.filter((sent) => sent.turn === turn).length)).toEqual([64, 64, 64, 8]);
  });

  it('rejects with the reason of an abort, sends nothing more and leaves no timer', async () => {
    const { abort, result } = start(times(10, 10));
    await loop.run(25 * MS);
    const reason = new Error('enough');
    abort.abort(reason);
    await loop.run();
    expect(result.settled).toBe(reason);
    expect(sends).toHaveLength(3);
    expect(loop.pending).toBe(0);
  });

  it('sends nothing when it was aborted before', async () => {
    const send = () => expect.unreachable();
    await expect(pacer.pace([0], 0, send, AbortSignal.abort('before'))).rejects.toBe('before');
    expect(loop.pending).toBe(0);
  });

  it('sends nothing after an abort by what it calls', async () => {
    const { abort, result } = start(times(5, 0), (index) => index === 1 && abort.abort('within'));
    await loop.run();
    expect(result.settled).toBe('within');
    expect(sends).toHaveLength(2);
    expect(loop.pending).toBe(0);
  });

  it('rejects with what a send throws, and sends nothing more', async () => {
    const fault = new Error('no');
    const { result } = start(times(10, 1), (index) => {
      if (index === 4) throw fault;
    });
    await loop.run();
    expect(result.settled).toBe(fault);
    expect(sends).toHaveLength(5);
    expect(loop.pending).toBe(0);
  });

  it('waits for times that are further away than a timer holds', async () => {
    const month = 31 * 86_400e9;
    const { result } = start([month]);
    await loop.run();
    expect(result.settled).toBe('resolved');
    expect(sends[0]?.actual).toBeGreaterThanOrEqual(month);
  });

  it('paces many streams at once, each from its own origin, each send hardly late', async () => {
    const ends: string[] = [];
    const seen = new Map<string, Ns[]>();
    for (const [name, origin, every] of [
      ['a', 0, 10],
      ['b', 3 * MS, 7],
      ['c', 40 * MS, 1],
    ] as const) {
      const at = times(30, every);
      const mine: Ns[] = [];
      seen.set(name, mine);
      const send = (intended: Ns, index: number) => {
        expect(intended).toBe(at[index]);
        expect(loop.now - (origin + intended)).toBeGreaterThanOrEqual(0);
        // Others may be due in the same turn.
        expect(loop.now - (origin + intended)).toBeLessThanOrEqual(0.03 * MS);
        mine.push(intended);
      };
      void pacer.pace(at, origin, send, new AbortController().signal).then(() => ends.push(name));
    }
    await loop.run();
    expect([...seen.values()].map((sent) => sent.length)).toEqual([30, 30, 30]);
    expect(ends).toEqual(['c', 'b', 'a']);
    expect(loop.pending).toBe(0);
  });

  it('goes on with the others when one is aborted, throws or ends', async () => {
    const keep = start(times(20, 5));
    const drop = start(times(20, 5));
    const fail = start(times(20, 5), (index) => {
      if (index === 2) throw new Error('no');
    });
    await loop.run(30 * MS);
    drop.abort.abort('dropped');
    await loop.run();
    expect(keep.result.settled).toBe('resolved');
    expect(drop.result.settled).toBe('dropped');
    expect(fail.result.settled).toEqual(new Error('no'));
    expect(sends.filter(({ index }) => index === 19)).toHaveLength(1);
  });

  it('takes a stream that begins while another waits for a later time', async () => {
    const later = start([500 * MS]);
    await loop.run(10 * MS);
    const sooner = start([20 * MS]);
    await loop.run(30 * MS);
    expect(sooner.result.settled).toBe('resolved');
    expect(later.result.settled).toBe('not yet');
    await loop.run();
    expect(later.result.settled).toBe('resolved');
  });

  it('without a core to spin on sends on timers: never early, and less than 2 ms late', async () => {
    pacer = new Pacer(loop.clock, { spin: false });
    const { result } = start(times(50, 10));
    await loop.run();
    expect(result.settled).toBe('resolved');
    for (const { intended, actual } of sends) {
      expect(actual).toBeGreaterThanOrEqual(intended);
      expect(actual - intended).toBeLessThanOrEqual(2 * MS);
    }
    // Each send takes a turn or two, not hundreds.
    expect(loop.turns).toBeLessThan(120);
  });
});
