import { describe, expect, it } from 'vitest';
import type { Reduced } from '../contract/estimate.ts';
import type { Json } from '../contract/json.ts';
import type { SeatRecords, Tables } from '../contract/records.ts';
import { instrumentOf } from './instrument.ts';

type Facts = Record<string, Json>;

/** A cell of 10 s at one end, with what its lane and host wrote beside it. */
function seat(number: 0 | 1, facts: Facts, rows: SeatRecords<Tables>['rows'] = {}): SeatRecords<Tables> {
  return {
    seat: number,
    shard: 0,
    part: '',
    role: number === 0 ? 'initiator' : 'responder',
    openedUnixNs: 0n,
    facts: Object.entries(facts).map(([name, value]) => ({ at: 10e9, name, value })),
    rows,
    close: { at: 10e9, status: 'completed', error: null },
  };
}

/** Latencies whose sends were so late, ms; with a busy ratio, a throughput. */
function measured(lateMs: number[], busyRatio?: number): Reduced<string> {
  const values = Float64Array.from(lateMs);
  return {
    counts: { planned: 9, sent: 9, received: 9, lost: 0, failed: 0, skipped: 0, omitted: 0 },
    metrics: {},
    sendLateness: { is: 'sample', values, at: Float64Array.from(values.keys()) },
    ...(busyRatio === undefined ? {} : { busyRatio }),
  };
}

/** 1000 sends, the latest twenty of them so late: the p99 is that. */
const late = (ms: number) => measured([...new Array<number>(980).fill(0.01), ...new Array<number>(20).fill(ms)]);
const throughput = (busyRatio: number) => measured([], busyRatio);

const lane = (more: Facts = {}): Facts => ({
  lane: { kernel: 'yes', spins: true, loop_delay_ns: null, run_ns: 4e9, wait_ns: 0, ...more },
});
const waiting = (share: number) => lane({ wait_ns: share * 10e9 });
const lateLoop = (p99Ms: number) => lane({ loop_delay_ns: { n: 900, p50: 1e5, p99: p99Ms * 1e6, max: 90e6 } });
const load = (more: Facts): Facts => ({
  host_load: {
    intervals: 10,
    busy_intervals: 0,
    steal_intervals: 0,
    worst_core_ratio: 0.9,
    busy_ratio: 0.2,
    softirq_ratio: 0,
    steal_ratio: 0.031,
    ...more,
  },
});
const clock = (stepNs: number): Facts => ({
  clock: { source: 'kernel', synchronised: true, max_error_ns: 1e6, est_error_ns: 1e3, step_ns: stepNs, boot: 'b' },
});
/** An end's table with receive stamps of the kernel beside its own, of which the last may lack; the other end's is empty. */
const stamps = (table: 'reply' | 'reflect', last: number) => ({
  reply: { kernel: new Float64Array() },
  reflect: { kernel: new Float64Array() },
  [table]: { kernel: Float64Array.of(1, 2, last) },
});

/** The state, and its reasons. */
function said(near: Facts, far: Facts, reduced: Reduced<string> = late(0.05), farIsOurs = false): string[] {
  const { state, reasons } = instrumentOf(reduced, [seat(0, near), seat(1, far)], farIsOurs);
  return [state, ...reasons.map(({ side, code }) => `${side} ${code}`)];
}

describe('sends', () => {
  it.each([
    [1, ['valid']],
    [1.01, ['suspect', 'near send-lateness']],
    [50, ['suspect', 'near send-lateness']],
    [50.1, ['invalid', 'near send-lateness']],
  ])('that were %d ms late (p99)', (ms, expected) => {
    expect(said(lane(), {}, late(ms))).toEqual(expected);
  });

  it.each([
    [0.3, ['valid']],
    [0.31, ['suspect', 'near no-spin']],
    [1.2, ['suspect', 'near send-lateness', 'near no-spin']],
  ])('from the only core, that were %d ms late', (ms, expected) => {
    expect(said(lane({ spins: false }), {}, late(ms))).toEqual(expected);
  });

  it('fewer than 100 are judged by the latest', () => {
    const sends = (onTime: number) => measured([...new Array<number>(onTime).fill(0), 1.5]);
    expect(said(lane(), {}, sends(98))).toEqual(['suspect', 'near send-lateness']);
    expect(said(lane(), {}, sends(199))).toEqual(['valid']);
  });
});

describe('a measuring thread', () => {
  it.each([
    [0.02, ['valid']],
    [0.021, ['suspect', 'near starved']],
    [0.25, ['suspect', 'near starved']],
    [0.251, ['invalid', 'near starved']],
  ])('that waited for a core %d of the time', (share, expected) => {
    expect(said(waiting(share), lane())).toEqual(expected);
    // The far end's makes nothing invalid, unless that end is ours.
    const there = expected.map((each) => each.replace('near', 'far'));
    expect(said(lane(), waiting(share))).toEqual(there.map((each) => each.replace('invalid', 'suspect')));
    expect(said(lane(), waiting(share), undefined, true)).toEqual(there);
  });

  it('whose event loop was late is told where no kernel stamps are', () => {
    expect(said(lateLoop(2), lateLoop(2))).toEqual(['valid']);
    expect(said(lateLoop(2.1), lateLoop(2.1))).toEqual(['suspect', 'near event-loop', 'far event-loop']);
    const stamped = (last: number) => {
      const seats = [seat(0, lateLoop(9), stamps('reply', last)), seat(1, lateLoop(9), stamps('reflect', last))];
      const { clock: by, reasons } = instrumentOf(late(0.05), seats);
      return [by, ...reasons.map(({ side, code }) => `${side} ${code}`)];
    };
    expect(stamped(3)).toEqual(['kernel']);
    expect(stamped(Number.NaN)).toEqual(['mixed', 'near event-loop', 'far event-loop']);
  });

  it('under load waits and is late: what counts is whether it had time left', () => {
    const worn = { ...lateLoop(30), busy_ratio: 0.86 };
    expect(said(worn, worn, throughput(0.84))).toEqual(['suspect', 'far generator-bound']);
    expect(said(waiting(0.5), waiting(0.5), throughput(0.85), true)).toEqual(['suspect', 'near generator-bound']);
    expect(said(lane(), { busy_ratio: 'all of it' }, throughput(0.1))).toEqual(['valid']);
    // Of 10 s: a thread that ran all the time was busy, whatever it says of itself.
    expect(said(lane(), lane({ run_ns: 8.5e9 }), throughput(0.1))).toEqual(['suspect', 'far generator-bound']);
    expect(said(lane(), lane({ run_ns: 8.4e9 }), throughput(0.1))).toEqual(['valid']);
  });
});

describe('a host', () => {
  const busy = load({ busy_intervals: 6 });

  it('with a busy core bounds throughput, not latency', () => {
    expect(said(busy, busy, throughput(0.1))).toEqual(['suspect', 'near core-busy', 'far core-busy']);
    expect(said(busy, busy)).toEqual(['valid']);
  });

  it('is in doubt when most of its seconds were, not half of them', () => {
    const half = load({ busy_intervals: 5, steal_intervals: 5, throttled_intervals: 5 });
    expect(said(half, half, throughput(0.1))).toEqual(['valid']);
    const most = load({ busy_intervals: 6, steal_intervals: 6, throttled_intervals: 6 });
    expect(said(most, {}, throughput(0.1))).toEqual(['suspect', 'near steal', 'near throttled', 'near core-busy']);
    expect(said(most, most)).toEqual(['suspect', 'near steal', 'near throttled', 'far steal', 'far throttled']);
  });

  it('that does not count throttling is not in doubt for it', () => {
    expect(said(load({ throttled_intervals: null }), load({}))).toEqual(['valid']);
  });

  it('whose wall clock was set says so, whichever end', () => {
    expect(said(clock(-5e6), clock(0))).toEqual(['suspect', 'near clock-step']);
    expect(said(clock(0), clock(1e3))).toEqual(['suspect', 'far clock-step']);
  });
});

it('an answering end that waits tells how long it held packets, where its kernel stamps them', () => {
  const of = (last: number) =>
    instrumentOf(late(0.05), [seat(0, {}), seat(1, waiting(0.3), stamps('reflect', last))], true).reasons;
  expect(of(3)).toEqual([]);
  expect(of(Number.NaN)).toMatchObject([{ side: 'far', code: 'starved' }]);
});

it('reasons name their figure and its limit', () => {
  const near = { ...lane({ spins: false, wait_ns: 3e9 }), ...load({ steal_intervals: 8, throttled_intervals: 9 }) };
  const { reasons } = instrumentOf(late(60), [seat(0, near), seat(1, { ...lateLoop(3.14), ...clock(2e6) })]);
  expect(reasons.map(({ why }) => why)).toEqual([
    'send lateness p99 60 ms, more than 1 ms',
    'one usable core, so that sends wait for timers: send lateness p99 60 ms, more than 0.3 ms',
    'the measuring thread waited for a core 30% of the time',
    "the hypervisor took 3.1% of the processors' time for others",
    'a quota of processor time stopped the measuring processes in 9 of 10 seconds',
    'the event loop, and so its answers, were late by 3.14 ms (p99)',
    'the wall clock was set by 2 ms: one-way delays are not to be had',
  ]);
});

it('an end that says nothing, or nothing sensible, gives no reasons: it is not known to be fine, either', () => {
  const strange = { lane: { wait_ns: 9e9 }, clock: 'noon', host_load: { intervals: 0 }, busy_ratio: 7 };
  const { state, reasons, near, far } = instrumentOf(late(0.05), [seat(0, {}), seat(1, strange)], true);
  expect({ state, reasons }).toEqual({ state: 'valid', reasons: [] });
  expect([near, far]).toMatchObject([
    { clock: null, host_load: null, waited_ratio: null },
    { clock: null, host_load: null, waited_ratio: null },
  ]);
});
