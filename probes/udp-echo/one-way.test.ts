import { describe, expect, it } from 'vitest';
import type { Estimate } from '../../src/contract/estimate.ts';
import { reduceUdp, type UdpCell, type UdpRows } from '../../test/scenario/udp-cell.ts';

type Facts = NonNullable<UdpCell['facts']>;

const MS = 1e6;
const COUNT = 40;
/** The agent's record counts from its own start. */
const OWN_START = 3e9;

interface Path {
  /** What the far wall clock was set by at a time of the cell, both in ms, as its stamps in packets show it. */
  set?: (at: number) => number;
  /** Of requests: without the kernel's receive stamp at the far end, or at this one. */
  farUser?: (seq: number) => boolean;
  nearUser?: (seq: number) => boolean;
}

/** A request every 100 ms takes 12 ms there, is held for 0.1 ms, and takes 5 ms back. */
function rows({ set = () => 0, farUser = () => false, nearUser = () => false }: Path = {}) {
  const made = { request: [], reply: [], reflect: [] } as Required<UdpRows>;
  for (let seq = 0; seq < COUNT; seq += 1) {
    const sent = seq * 100;
    const [reached, left, back] = [sent + 12, sent + 12.1, sent + 17.1];
    const wall = (at: number) => (at + set(at)) * MS;
    made.request.push([0, seq, sent * MS, sent * MS, null]);
    made.reply.push([0, seq, seq, back * MS + 9000, nearUser(seq) ? null : back * MS, wall(reached), wall(left)]);
    const own = (at: number) => at * MS + OWN_START;
    const stamps = farUser(seq) ? [own(reached), null] : [own(reached) + 9000, own(reached)];
    made.reflect.push([0, seq, seq, ...stamps, own(left)]);
  }
  return made;
}

const GOOD = { source: 'kernel', synchronised: true, max_error_ns: 200_000, est_error_ns: 20_000, step_ns: 0 };
const READ = { pair_error_ns: 400, user_stamp_late_ns: 14 * MS };
/** Two machines whose clocks are kept. */
const kept = (change: object = {}): Facts => ({ clock: { ...GOOD, ...READ, boot: 'one', ...change } });
const far = (change: object = {}) => kept({ boot: 'other', ...change });

function reduced(path: Path, near: Facts, agent: { facts: Facts } | null, foreign: Facts = {}) {
  const options = { count: COUNT, rate: '10/s', timeout: '1s' };
  return reduceUdp({ options, rows: rows(path), facts: { ...near, ...foreign }, agent }).metrics;
}

const values = (estimate: Estimate) => (estimate.is === 'sample' ? Array.from(estimate.values) : estimate);
const missing = (why: string) => ({ is: 'missing', why: expect.stringContaining(why) });
const all = (value: number) => Array(COUNT).fill(value);

describe('one-way delays', () => {
  it('are given with what both clocks and their reading may put into them', () => {
    const metrics = reduced({}, kept(), { facts: far() });
    expect([values(metrics.owd_fwd_ms), values(metrics.owd_rev_ms)]).toEqual([all(12), all(5)]);
    // 0.2 and 0.0004 ms of each end, 0.005 for a receive stamp of the kernel's.
    expect(metrics.owd_error_ms).toEqual({ is: 'scalar', value: 0.4058 });
  });

  it.each([
    ['far', { farUser: (seq: number) => seq === 7 }],
    ['near', { nearUser: (seq: number) => seq === 7 }],
  ])('may be late by as much as the loop of the %s end, when a receive stamp is not the kernel’s', (_, path) => {
    const metrics = reduced(path, kept(), { facts: far() });
    expect(metrics.owd_error_ms).toEqual({ is: 'scalar', value: 14.4058 });
    expect(metrics.owd_rev_ms).toEqual(missing('receive stamps may be late by 14.000 ms'));
    const brief = reduced(path, kept({ user_stamp_late_ns: 0.5 * MS }), {
      facts: far({ user_stamp_late_ns: 0.5 * MS }),
    });
    expect(values(brief.owd_fwd_ms)).toEqual(all(12));
  });

  it('are judged only where the clocks can hardly decide', () => {
    const options = { count: COUNT, rate: '10/s', timeout: '1s' };
    const judgedBy = (near: Facts, facts: Facts) =>
      reduceUdp({ options, rows: rows(), facts: near, agent: { facts } }).judged;
    const { owd_fwd_ms, owd_rev_ms } = judgedBy(kept(), far()) ?? {};
    // 0.4 ms of 12 and of 5.
    for (const judged of [owd_fwd_ms, owd_rev_ms])
      expect(judged?.estimate).toEqual(missing('the clocks may be off by 0.4058 ms: too much to judge'));
    const here = kept();
    expect(judgedBy(here, here)).not.toHaveProperty('owd_fwd_ms');
  });

  it('are not given when nobody knows how late such a stamp may be', () => {
    const path = { farUser: (seq: number) => seq === 7 };
    const metrics = reduced(path, kept(), { facts: far({ user_stamp_late_ns: null }) });
    for (const name of ['owd_fwd_ms', 'owd_rev_ms', 'owd_error_ms'] as const)
      expect(metrics[name], name).toEqual(missing('how late the far end’s receive stamps are, is not known'));
  });

  it('of one machine need no synchronised clock, only that it can be read', () => {
    const here = kept({ synchronised: false, max_error_ns: 16e9, est_error_ns: 16e9 });
    const metrics = reduced({}, here, { facts: here });
    expect(values(metrics.owd_rev_ms)).toEqual(all(5));
    expect(metrics.owd_error_ms).toEqual({ is: 'scalar', value: 0.0058 });
    // Without the kernel wall time is read to 1.5 ms or so: of 5 ms that is more than a fifth.
    const user = kept({ source: 'user', synchronised: null, pair_error_ns: 1.5 * MS });
    const rough = reduced({}, user, { facts: user });
    expect(rough.owd_error_ms).toEqual({ is: 'scalar', value: 3.005 });
    expect(rough.owd_fwd_ms).toEqual(missing('the clocks may differ by 3.005 ms'));
  });

  it('are not given by clocks whose keeper states no error', () => {
    const metrics = reduced({}, kept({ max_error_ns: 0, est_error_ns: 0 }), { facts: far() });
    expect(metrics.owd_fwd_ms).toEqual(missing('what keeps this end’s clock does not state its error'));
  });
});

describe('a wall clock that is set during the cell', () => {
  // Half way, by 40 ms: an agent's stamps go on from where they began, so that only its word tells.
  it.each([
    ['this end’s', kept({ step_ns: 40 * MS }), far()],
    ['this end’s', kept({ step_ns: -0.002 * MS }), far()],
    ['the far end’s', kept(), far({ step_ns: -40 * MS })],
    ['the far end’s', kept(), far({ step_ns: 0.002 * MS })],
  ])('(%s) leaves no one-way delays, and touches no round trip: %#', (whose, near, facts) => {
    const [calm, set] = [reduced({}, kept(), { facts: far() }), reduced({}, near, { facts })];
    for (const name of ['owd_fwd_ms', 'owd_rev_ms'] as const)
      expect(set[name], name).toEqual(missing(`${whose} wall clock was set by`));
    for (const name of ['rtt_ms', 'rtt_raw_ms', 'ipdv_abs_ms', 'ipdv_fwd_ms', 'hold_ms', 'loss_ratio'] as const)
      expect(set[name], name).toEqual(calm[name]);
    expect(values(set.rtt_ms)).toEqual(all(17));
  });

  it.each([40, -40, 3])('shows in an agent’s stamps that follow it, by %d ms', (by) => {
    const metrics = reduced({ set: (at) => (at < 2000 ? 0 : by) }, kept(), { facts: far() });
    const why = missing(`moved by ${Math.abs(by).toFixed(3)} ms against its monotonic clock`);
    expect([metrics.owd_fwd_ms, metrics.owd_rev_ms]).toEqual([why, why]);
    expect(values(metrics.rtt_ms)).toEqual(all(17));
  });

  it.each([40, -40])('shows in a foreign reflector’s delays, by %d ms', (by) => {
    const foreign = { reflector: 'foreign', far_clock: { synchronised: true, error_ns: 300_000 } };
    const metrics = reduced({ set: (at) => (at < 2000 ? 0 : by) }, kept(), null, foreign);
    const moved = missing('during the cell, as no constant rate explains');
    expect(by > 0 ? [metrics.owd_fwd_ms, metrics.owd_rev_ms] : [moved, moved]).toEqual([moved, moved]);
    expect(metrics.owd_fwd_ms.is).toBe('missing');
    expect(values(metrics.rtt_ms)).toEqual(all(17));
  });

  it('between a foreign reflector’s two stamps is no time that it held the packet', () => {
    const foreign = { reflector: 'foreign', far_clock: { synchronised: true, error_ns: 300_000 } };
    // Packet 20 arrives at 2012 ms and leaves at 2012.1 ms.
    const metrics = reduced({ set: (at) => (at < 2012.05 ? 0 : 40) }, kept(), null, foreign);
    const trips = values(metrics.rtt_ms) as number[];
    // By hand: 17.1 ms and nothing subtracted, instead of −23 ms.
    expect(trips[20]).toBe(17.1);
    expect(trips.toSpliced(20, 1)).toEqual(all(17).slice(1));
  });
});
