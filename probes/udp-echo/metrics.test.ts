import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Estimate } from '../../src/contract/estimate.ts';
import { type Outcome, outcomeCode } from '../../src/contract/outcome.ts';
import { reduceUdp, type UdpCell, type UdpRows } from '../../test/scenario/udp-cell.ts';

const MS = 1e6;
const LOST = Infinity;
const TIMEOUT = 100;

type Request = [flow: number, seq: number, intendedMs: number, sentMs: number, unsent?: Outcome];
type Reply = {
  flow?: number;
  seq: number;
  number?: number;
  at: number;
  kernel?: number;
  hold?: number;
  there?: number;
};

type Row = (number | null)[];

/** In ms. The kernel has no stamps unless it says so, and a reply spent 1 ms on its way there, and 0 ms held. */
function requestRow([flow, seq, intended, sent, unsent]: Request): Row {
  return [flow, seq, intended * MS, sent * MS, unsent === undefined ? null : outcomeCode(unsent)];
}

function replyRow({ flow = 0, seq, number = seq, at, kernel, hold = 0, there = 1 }: Reply): Row {
  const received = (at - 2 + there) * MS;
  return [flow, seq, number, at * MS, kernel === undefined ? null : kernel * MS, received, received + hold * MS];
}

/** A request every 10 ms from 0 on, each answered after 5 ms, recorded by the agent 3 ms after it was sent. */
function steady(count: number) {
  const seqs = Array.from({ length: count }, (_, i) => i);
  return {
    request: seqs.map((seq) => requestRow([0, seq, seq * 10, seq * 10])),
    reply: seqs.map((seq) => replyRow({ seq, at: seq * 10 + 5 })),
    reflect: seqs.map((seq): Row => [0, seq, seq, (seq * 10 + 3) * MS, null, (seq * 10 + 3) * MS]),
  };
}

function reduced(rows: UdpRows, cell: Partial<Omit<UdpCell, 'rows'>> = {}) {
  const count = rows.request?.length ?? 1;
  return reduceUdp({ ...cell, rows, options: { count, rate: '100/s', timeout: `${TIMEOUT}ms`, ...cell.options } });
}

/** Requests and replies alone, to nobody's record. */
function roundTrips(requests: Request[], replies: Reply[], cell: Partial<Omit<UdpCell, 'rows'>> = {}) {
  const rows = { request: requests.map(requestRow), reply: replies.map(replyRow) };
  return reduced(rows, { agent: null, ...cell });
}

function values(estimate: Estimate | undefined) {
  return estimate?.is === 'sample' ? Array.from(estimate.values) : estimate;
}

const missing = (why: RegExp) => ({ is: 'missing', why: expect.stringMatching(why) });
/** Missing by the agent’s doing. */
const withheld = (why: RegExp) => ({ ...missing(why), withheld: true });

describe('the reply to a request', () => {
  it('is in time up to the timeout, and late after it', () => {
    const { counts, metrics, notes } = roundTrips(
      [
        [0, 0, 0, 0],
        [0, 1, 10, 10],
        [0, 2, 20, 20],
      ],
      [
        { seq: 0, at: TIMEOUT },
        { seq: 1, at: 10 + TIMEOUT + 0.001 },
      ],
    );
    expect(counts).toEqual({ planned: 3, sent: 3, received: 1, lost: 2, failed: 0, skipped: 0, omitted: 0 });
    expect(values(metrics.rtt_raw_ms)).toEqual([TIMEOUT, LOST, LOST]);
    expect(metrics.loss_ratio).toMatchObject({ hits: 2, of: 3 });
    expect(notes).toEqual({ late_replies: 1 });
  });

  it('arrives when the kernel had it, else when this process had it', () => {
    const { metrics } = roundTrips(
      [
        [0, 0, 0, 0],
        [0, 1, 10, 10],
      ],
      [
        { seq: 0, at: 5, kernel: 4 },
        { seq: 1, at: 15 },
      ],
    );
    expect(values(metrics.rtt_raw_ms)).toEqual([4, 5]);
  });

  it('does not arrive before it was sent for, nor after this process had it', () => {
    const { metrics, notes } = roundTrips(
      [
        [0, 0, 0, 0],
        [0, 1, 10, 10],
      ],
      [
        { seq: 0, at: 5, kernel: -40 },
        { seq: 1, at: 15, kernel: 15.001 },
      ],
    );
    expect(values(metrics.rtt_raw_ms)).toEqual([5, 5]);
    expect(notes).toEqual({ absurd_kernel_stamps: 2 });
  });

  it('is the first of several; the others are duplicates', () => {
    const { metrics, notes } = roundTrips(
      [
        [0, 0, 0, 0],
        [0, 1, 10, 10],
      ],
      // The second row was there before the first, as the kernel says.
      [
        { seq: 0, number: 0, at: 8, hold: 1 },
        { seq: 0, number: 1, at: 9, kernel: 6, hold: 2 },
        { seq: 1, number: 2, at: 15 },
      ],
    );
    expect(values(metrics.rtt_raw_ms)).toEqual([6, 5]);
    expect(values(metrics.rtt_ms)).toEqual([4, 5]);
    expect(metrics.duplicate_ratio).toMatchObject({ hits: 1, of: 2 });
    expect(notes).toEqual({ further_replies: 1, long_holds: 1 });
  });

  it('is none that answers nothing, or came before its request', () => {
    const { counts, metrics, notes } = roundTrips(
      [
        [0, 0, 0, 0],
        [0, 1, 10, 10],
      ],
      [
        { seq: 2, at: 5 },
        { seq: 0, flow: 1, at: 5 },
        { seq: 0.5, at: 5 },
        { seq: 1, at: 9.999 },
        { seq: 0, at: 7 },
      ],
    );
    expect(counts).toMatchObject({ received: 1, lost: 1 });
    expect(values(metrics.rtt_raw_ms)).toEqual([7, LOST]);
    expect(metrics.reordered_ratio).toMatchObject({ hits: 0, of: 1 });
    expect(notes).toEqual({ replies_to_nothing: 3, replies_before_sending: 1 });
  });

  it('counts from the intended send for response times, and lateness is what lies between', () => {
    const { metrics, sendLateness } = roundTrips(
      [
        [0, 0, 0, 0.25],
        [0, 1, 10, 12],
      ],
      [{ seq: 0, at: 5 }],
    );
    expect(values(metrics.rtt_raw_ms)).toEqual([4.75, LOST]);
    expect(values(metrics.response_ms)).toEqual([5, LOST]);
    expect(metrics.response_ms).toMatchObject({ at: Float64Array.of(0, 10 * MS) });
    expect(values(sendLateness)).toEqual([0.25, 2]);
  });
});

describe('requests that were not sent', () => {
  const requests: Request[] = [
    [0, 0, 0, 0],
    [0, 1, 10, 10, 'local'],
    [0, 2, 20, 20, 'refused'],
    [0, 3, 30, 30, 'unreachable'],
    [0, 4, 40, Number.NaN, 'skipped'],
  ];

  it('are skipped for want of this machine, and failed for want of the peer', () => {
    const { counts, metrics, sendLateness } = roundTrips(requests, [{ seq: 0, at: 5 }], { options: { count: 7 } });
    expect(counts).toEqual({ planned: 7, sent: 3, received: 1, lost: 0, failed: 2, skipped: 4, omitted: 0 });
    expect(values(metrics.rtt_ms)).toEqual([5, LOST, LOST]);
    expect(values(metrics.response_ms)).toEqual([5, LOST, LOST]);
    expect(metrics.loss_ratio).toMatchObject({ hits: 2, of: 3, series: { at: Float64Array.of(0, 20 * MS, 30 * MS) } });
    expect(values(metrics.loss_period_packets)).toEqual([2]);
    expect(values(sendLateness)).toEqual([0, 0, 0]);
  });

  it('were sent on neither way', () => {
    const rows = { request: requests.map(requestRow), reply: [replyRow({ seq: 0, at: 5 })] };
    const { metrics } = reduced({ ...rows, reflect: [[0, 0, 0, 3 * MS, null, 3 * MS]] });
    expect(metrics.loss_fwd_ratio).toMatchObject({ hits: 0, of: 1 });
    expect(metrics.loss_rev_ratio).toMatchObject({ hits: 0, of: 1 });
  });

  it('leave no figure when there is nothing else', () => {
    const { counts, metrics, sendLateness } = roundTrips([], [], { options: { count: 1 } });
    expect(counts).toEqual({ planned: 1, sent: 0, received: 0, lost: 0, failed: 0, skipped: 1, omitted: 0 });
    expect(metrics.loss_ratio).toEqual({ is: 'missing', why: 'nothing was sent' });
    expect(metrics.loss_fwd_ratio).toEqual({ is: 'missing', why: 'nothing was sent that way' });
    expect(sendLateness).toEqual({ is: 'missing', why: 'nothing was sent' });
    expect(values(metrics.rtt_ms)).toEqual([]);
  });
});

describe('a record that ends early', () => {
  const requests: Request[] = [
    [0, 0, 0, 0],
    [0, 1, 10, 10],
    [0, 2, 60, 60],
  ];
  const aborted = { code: 'NETPROBE_ABORTED', origin: 'local', message: '' } as const;

  it('does not decide about requests whose timeout it does not reach', () => {
    const close = { at: 120 * MS, status: 'partial', error: aborted } as const;
    const { counts, notes } = roundTrips(requests, [{ seq: 0, at: 5 }], { close });
    expect(counts).toEqual({ planned: 3, sent: 2, received: 1, lost: 1, failed: 0, skipped: 1, omitted: 0 });
    expect(notes).toEqual({ undecided: 1 });
  });

  it('ends with its last row when the process died', () => {
    const more: Request[] = [...requests, [0, 3, 160, 160]];
    const { counts } = roundTrips(more, [{ seq: 0, at: 5 }], { close: null });
    expect(counts).toMatchObject({ sent: 3, received: 1, lost: 2, skipped: 1 });
  });

  it('counts no quick reply of a time in which slow and lost ones could not be told', () => {
    const close = { at: 120 * MS, status: 'partial', error: aborted } as const;
    // The third was answered at once, and would make one loss in three of one in two.
    const replies = [
      { seq: 0, at: 5 },
      { seq: 2, at: 65 },
    ];
    const { counts, notes } = roundTrips(requests, replies, { close });
    expect(counts).toMatchObject({ sent: 2, received: 1, lost: 1, skipped: 1 });
    expect(notes).toEqual({ undecided: 1 });
  });

  it('is complete when it says so', () => {
    const close = { at: 61 * MS, status: 'completed', error: null } as const;
    expect(roundTrips(requests, [], { close }).counts).toMatchObject({ lost: 3, skipped: 0 });
  });

  it('is no contradiction of an agent that saw them', () => {
    const rows = { request: requests.map(requestRow), reply: [replyRow({ seq: 0, at: 5 })] };
    const reflect = [0, 1, 2].map((seq) => [0, seq, seq, 3 * MS, null, 3 * MS]);
    const close = { at: 120 * MS, status: 'partial', error: aborted } as const;
    const { metrics } = reduced({ ...rows, reflect }, { close, agent: { close } });
    expect(metrics.loss_fwd_ratio).toMatchObject({ hits: 0, of: 2 });
    expect(metrics.loss_rev_ratio).toMatchObject({ hits: 1, of: 2 });
  });
});

describe('this side’s own record', () => {
  it('may hold rows in another order than that of sending', () => {
    const { metrics } = roundTrips(
      [
        [0, 1, 10, 10],
        [0, 0, 0, 0],
        [0, 2, 20, 20],
      ],
      [
        { seq: 0, at: 5 },
        { seq: 1, at: 16 },
      ],
    );
    expect(metrics.rtt_ms).toEqual({
      is: 'sample',
      values: Float64Array.of(5, 6, LOST),
      at: Float64Array.of(0, 10 * MS, 20 * MS),
    });
    expect(values(metrics.ipdv_ms)).toEqual([1]);
  });

  it.each([
    ['a flow that there is not', [[1, 0, 0, 0]]],
    [
      'a number twice',
      [
        [0, 0, 0, 0],
        [0, 0, 10, 10],
      ],
    ],
    [
      'a gap in numbers',
      [
        [0, 0, 0, 0],
        [0, 2, 10, 10],
      ],
    ],
    ['a send at no time', [[0, 0, 0, Number.NaN]]],
  ] as [string, Request[]][])('is refused for %s', (_, requests) => {
    expect(() => roundTrips(requests, [])).toThrow(expect.objectContaining({ code: 'NETPROBE_RECORDS_INVALID' }));
  });

  it('is refused for more requests than were planned', () => {
    const requests: Request[] = [
      [0, 0, 0, 0],
      [0, 1, 10, 10],
    ];
    expect(() => roundTrips(requests, [], { options: { count: 1 } })).toThrow(/more requests/);
  });
});

describe('the agent’s record', () => {
  it('tells the ways apart, and keeps the order of what was lost', () => {
    const rows = steady(5);
    rows.reflect = rows.reflect.filter(([, seq]) => seq !== 1).map((row, number) => row.with(2, number));
    rows.reply = rows.reply
      .filter(([, seq]) => seq !== 1 && seq !== 3)
      .map((row) => row.with(2, row[1] === 0 ? 0 : Number(row[1]) - 1));
    const { metrics } = reduced(rows);
    expect(metrics.loss_fwd_ratio).toEqual({
      is: 'ratio',
      hits: 1,
      of: 5,
      series: { hit: Uint8Array.of(0, 1, 0, 0, 0), at: Float64Array.of(0, 10, 20, 30, 40).map((ms) => ms * MS) },
    });
    expect(metrics.loss_rev_ratio).toEqual({
      is: 'ratio',
      hits: 1,
      of: 4,
      series: { hit: Uint8Array.of(0, 0, 1, 0), at: Float64Array.of(0, 20, 30, 40).map((ms) => ms * MS) },
    });
  });

  it.each([
    [
      'a request that was never sent',
      (rows: Row[]) => [...rows, [0, 99, 5, 0, null, 0]],
      /1 requests in it that were never sent/,
    ],
    [
      'a flow that there is not',
      (rows: Row[]) => [...rows, [7, 0, 0, 0, null, 0]],
      /1 requests in it that were never sent, 1 numbers/,
    ],
    ['a number used twice', (rows: Row[]) => [...rows, [0, 1, 4, 0, null, 0]], /1 numbers of replies used twice/],
    ['a number left out', (rows: Row[]) => [...rows, [0, 1, 6, 0, null, 0]], /1 numbers of replies left out/],
    ['a number that is none', (rows: Row[]) => [...rows, [0, 1, 2 ** 52, 0, null, 0]], /1 numbers of replies left out/],
    [
      'another request to a reply',
      (rows: Row[]) => rows.map((row) => (row[1] === 2 ? row.with(1, 3) : row)),
      /1 replies that arrived here/,
    ],
    ['nothing at all', () => [], /5 replies that arrived here/],
  ])('is not believed with %s', (_, change, why) => {
    const rows = steady(5);
    const { metrics, counts, notes } = reduced({ ...rows, reflect: change(rows.reflect) });
    for (const name of [
      'loss_fwd_ratio',
      'loss_rev_ratio',
      'duplicate_fwd_ratio',
      'duplicate_rev_ratio',
      'reordered_fwd_ratio',
      'reordered_rev_ratio',
      'ipdv_fwd_ms',
      'ipdv_rev_ms',
      'ipdv_abs_fwd_ms',
      'ipdv_abs_rev_ms',
      'pdv_fwd_ms',
      'pdv_rev_ms',
      'clock_skew_ppm',
    ] as const)
      expect(metrics[name], name).toEqual(withheld(why));
    expect(counts).toMatchObject({ sent: 5, received: 5 });
    expect(metrics.loss_ratio).toMatchObject({ hits: 0, of: 5 });
    expect(Object.keys(notes).every((name) => name.startsWith('agent_record_'))).toBe(true);
    expect(Object.keys(notes)).not.toEqual([]);
  });

  it('makes no one-way delays when it is not believed', () => {
    const clock = { clock: { boot: 'b', step_ns: 0, pair_error_ns: 0, user_stamp_late_ns: 0 } };
    const rows = steady(5);
    expect(reduced(rows, { facts: clock, agent: { facts: clock } }).metrics.owd_fwd_ms.is).toBe('sample');
    const { metrics } = reduced({ ...rows, reflect: [] }, { facts: clock, agent: { facts: clock } });
    expect(metrics.owd_fwd_ms).toEqual(withheld(/contradicts/));
  });

  it('that broke off leaves what the numbers in the replies tell', () => {
    const rows = steady(5);
    rows.reply = rows.reply.filter(([, seq]) => seq !== 2);
    const { metrics } = reduced({ ...rows, reflect: [] }, { agent: { close: null } });
    // An agent's numbers are its own, from 0 on: number 2 was counted, so a reply was lost, to request 2 or to a copy.
    expect(metrics.loss_fwd_ratio).toEqual(withheld(/of the flow’s 5 requests, 0 to 1 were lost on the way there/));
    expect(metrics.loss_rev_ratio).toEqual({ is: 'ratio', hits: 1, of: 5 });
    const foreign = reduced(rows, { agent: null, facts: { reflector: 'foreign' } });
    expect(foreign.metrics.loss_rev_ratio).toEqual(missing(/copies/));
  });

  it('that was full says nothing of the way there', () => {
    const rows = steady(5);
    rows.reflect.pop();
    rows.reply.pop();
    const { metrics, notes } = reduced(rows, { agent: { facts: { rejected: { unrecorded: 1 } } } });
    expect(metrics.loss_fwd_ratio).toEqual(withheld(/1 requests reached the agent after its record was full/));
    expect(metrics.loss_rev_ratio).toMatchObject({ hits: 0, of: 4 });
    expect(notes).toEqual({ agent_unrecorded: 1 });
  });

  it('says nothing of the way back when this end’s record was full', () => {
    const rows = steady(5);
    rows.reply.pop();
    const { metrics } = reduced(rows, { facts: { rejected: { unrecorded: 1 } } });
    expect(metrics.loss_fwd_ratio).toMatchObject({ hits: 0, of: 5 });
    expect(metrics.loss_rev_ratio).toEqual(missing(/no room/));
    expect(reduced(rows, { agent: null, facts: { rejected: { unrecorded: 1 } } }).metrics.loss_fwd_ratio).toEqual(
      missing(/no room/),
    );
  });

  it('gives delay variation of each way, by the kernel where it has stamps', () => {
    const rows = steady(3);
    // 3, 4, 3.5 ms there by a clock that is an hour ahead; 2, 1, 1.5 ms back.
    const there = [3, 4, 3.5];
    rows.reflect = there.map((ms, seq) => {
      const at = (3_600_000 + seq * 10 + ms) * MS;
      // The last of the kernel's stamps is later than the process's own: a clock was set.
      return seq === 2 ? [0, seq, seq, at, at + 9000, at] : [0, seq, seq, at + 9000, at, at];
    });
    const { metrics } = reduced(rows);
    expect(values(metrics.ipdv_fwd_ms)).toEqual([1, -0.5]);
    expect(values(metrics.ipdv_abs_fwd_ms)).toEqual([1, 0.5]);
    expect(values(metrics.ipdv_rev_ms)).toEqual([-1, 0.5]);
    expect(metrics.pdv_fwd_ms).toEqual(missing(/fewer than 10/));
  });

  it('gives it above the smallest for one clock', () => {
    const rows = steady(3);
    rows.reflect = [3, 4, 3.5].map((ms, seq) => [0, seq, seq, (seq * 10 + ms) * MS, null, (seq * 10 + ms) * MS]);
    rows.request.push(requestRow([0, 3, 30, 30]));
    const boot = { clock: { boot: 'b' } };
    const { metrics } = reduced(rows, { facts: boot, agent: { facts: boot } });
    expect(values(metrics.pdv_fwd_ms)).toEqual([0, 1, 0.5, LOST]);
    expect(values(metrics.pdv_rev_ms)).toEqual([1, 0, 0.5]);
    expect(metrics.clock_skew_ppm).toEqual({ is: 'scalar', value: 0 });
  });
});

describe('one-way delays', () => {
  const EXACT = { step_ns: 0, pair_error_ns: 0, user_stamp_late_ns: 0 };
  const sync = (max_error_ns: number) => ({ clock: { synchronised: true, max_error_ns, ...EXACT } });

  it('need both clocks’ errors to be a fifth of the shorter one’s median at most', () => {
    // By the stamps in the replies: 4 ms there, 1 ms back.
    const there = steady(3);
    there.reply = [0, 1, 2].map((seq) => replyRow({ seq, at: seq * 10 + 5, there: 1 }));
    // 0.005 ms are the receive stamps' own.
    const { metrics } = reduced(there, { facts: sync(45_000), agent: { facts: sync(150_000) } });
    expect(values(metrics.owd_fwd_ms)).toEqual([4, 4, 4]);
    expect(values(metrics.owd_rev_ms)).toEqual([1, 1, 1]);
    expect(metrics.owd_error_ms).toEqual({ is: 'scalar', value: 0.2 });
    const worse = reduced(there, { facts: sync(45_001), agent: { facts: sync(150_000) } }).metrics;
    expect(worse.owd_fwd_ms).toEqual(missing(/more than a fifth/));
    expect(worse.owd_error_ms).toMatchObject({ is: 'scalar' });
  });

  it('need clocks that are said to be synchronised', () => {
    const { metrics } = reduced(steady(3), { facts: sync(1), agent: { facts: {} } });
    for (const name of ['owd_fwd_ms', 'owd_rev_ms', 'owd_error_ms'] as const)
      expect(metrics[name]).toEqual(missing(/the far end’s clock is not known to be synchronised/));
  });

  it('need an agent whose wall clock keeps step with its record', () => {
    const rows = steady(4);
    rows.reply = rows.reply.map((row) =>
      Number(row[1]) < 2 ? row : row.with(5, Number(row[5]) + 0.2 * MS).with(6, Number(row[6]) + 0.2 * MS),
    );
    const { metrics } = reduced(rows, { facts: sync(1), agent: { facts: sync(1) } });
    expect(metrics.owd_fwd_ms).toEqual(missing(/moved by 0.200 ms against its monotonic clock/));
    expect(metrics.ipdv_fwd_ms.is).toBe('sample');
  });

  it('take a foreign reflector’s word from its packets', () => {
    const far_clock = { synchronised: true, error_ns: 1000 };
    const { metrics } = reduced(steady(3), { agent: null, facts: { ...sync(1000), reflector: 'foreign', far_clock } });
    expect(metrics.owd_error_ms).toEqual({ is: 'scalar', value: 0.007 });
    expect(metrics.owd_fwd_ms.is).toBe('sample');
  });

  it('are late without bound where the packet was lost on that way, and absent where nobody knows', () => {
    const rows = steady(4);
    // 1 was lost on the way there, the reply to 2 on the way back.
    rows.reflect = rows.reflect.filter(([, seq]) => seq !== 1).map((row, number) => row.with(2, number));
    rows.reply = [replyRow({ seq: 0, at: 5 }), replyRow({ seq: 3, number: 2, at: 35 })];
    const { metrics } = reduced(rows, { facts: sync(1), agent: { facts: sync(1) } });
    expect(metrics.owd_fwd_ms).toMatchObject({
      values: Float64Array.of(4, LOST, 4),
      at: Float64Array.of(0, 10 * MS, 30 * MS),
    });
    expect(metrics.owd_rev_ms).toMatchObject({
      values: Float64Array.of(1, LOST, 1),
      at: Float64Array.of(0, 20 * MS, 30 * MS),
    });
  });
});

describe('what the reflector says of holding packets', () => {
  it('is not subtracted for verdicts above 0.2 ms and 1%', () => {
    const requests = [0, 1, 2, 3].map((seq): Request => [0, seq, seq * 100, seq * 100]);
    // Of round trips of 10, 10, 50 and 50 ms.
    const replies = [
      { seq: 0, at: 10, hold: 0.2 },
      { seq: 1, at: 110, hold: 0.201 },
      { seq: 2, at: 250, hold: 0.5 },
      { seq: 3, at: 350, hold: 0.501 },
    ];
    const { metrics, judged, notes } = roundTrips(requests, replies);
    expect(values(metrics.rtt_ms)).toEqual([9.8, 9.799, 49.5, 49.499]);
    expect(values(judged?.rtt_ms?.estimate)).toEqual([9.8, 10, 49.5, 50]);
    expect(values(judged?.pdv_ms?.estimate)).toEqual([0, 0.2, 39.7, 40.2]);
    expect(notes).toEqual({ long_holds: 2 });
  });

  it('leaves verdicts on what is measured when nothing is held for long', () => {
    const { metrics, judged } = roundTrips([[0, 0, 0, 0]], [{ seq: 0, at: 5, hold: 0.1 }]);
    expect(judged?.rtt_ms?.estimate).toBe(metrics.rtt_ms);
    expect(judged?.rtt_ms?.words).toContain('0.2 ms and 1%');
  });
});

describe('flows', () => {
  it('have their share of the plan, and their own figures', () => {
    const requests = [0, 1, 2, 3, 4].map((i): Request => [i % 2, Math.floor(i / 2), i * 10, i * 10]);
    const replies = [0, 2, 3].map((i) => ({ flow: i % 2, seq: Math.floor(i / 2), at: i * 10 + 4 + (i % 2) + i / 2 }));
    const { flows } = roundTrips(requests, replies, { options: { count: 7, flows: 2 } });
    expect(flows?.map(({ flow, label }) => [flow, label])).toEqual([
      [0, 'flow 0'],
      [1, 'flow 1'],
    ]);
    expect(flows?.map(({ counts: { planned, sent, received } }) => [planned, sent, received])).toEqual([
      [4, 3, 2],
      [3, 2, 1],
    ]);
    expect(flows?.map(({ metrics }) => values(metrics['rtt_ms']))).toEqual([
      [4, 5, LOST],
      [LOST, 6.5],
    ]);
    expect(flows?.[0]?.metrics['loss_ratio']).toMatchObject({
      hits: 1,
      of: 3,
      series: { at: Float64Array.of(0, 20 * MS, 40 * MS) },
    });
  });

  it('are not listed when there is one', () => {
    expect(roundTrips([[0, 0, 0, 0]], [])).not.toHaveProperty('flows');
  });
});

describe('records of a far end that writes what it likes', () => {
  const anything = fc.oneof(
    fc.integer({ min: -2, max: 12 }),
    fc.constantFrom(Number.NaN, -1, 2 ** 32, 2 ** 53, Number.MAX_VALUE, -Infinity, Infinity, 0.5),
    fc.double(),
  );
  const json = fc.jsonValue();

  it('give figures or reasons, and never a count that does not add up', () => {
    const table = (columns: number) =>
      fc.array(fc.array(anything, { minLength: columns, maxLength: columns }), { maxLength: 12 });
    fc.assert(
      fc.property(table(6), table(7), json, json, fc.boolean(), (reflect, replies, rejected, clock, foreign) => {
        const rows = steady(8);
        const reply = [...rows.reply.slice(0, 5), ...replies];
        const facts = { clock, rejected, reflector: foreign ? 'foreign' : 'agent' } as UdpCell['facts'];
        const agent = { facts: { clock, rejected } as UdpCell['facts'] & object };
        const { counts, metrics } = reduced({ ...rows, reply, reflect }, { facts: facts ?? {}, agent });
        expect(counts.sent).toBe(counts.received + counts.lost + counts.failed);
        for (const estimate of Object.values(metrics)) {
          if (estimate.is === 'ratio') expect(estimate.hits).toBeLessThanOrEqual(estimate.of);
          if (estimate.is === 'sample') expect(estimate.values.every((value) => value > -Infinity)).toBe(true);
          if (estimate.is === 'scalar') expect(Number.isFinite(estimate.value)).toBe(true);
        }
      }),
    );
  });
});
