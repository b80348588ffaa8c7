import type { Metric } from '../../src/contract/kind.ts';
import { DELAY_METRICS } from '../../src/contract/samples.ts';

// What a packet probe gives. fwd is from → to, rev the way back. What the far end alone can know, or its stamps enter, is
// its own word.
const stated = { statedBy: 'agent' } as const;

/** Of all of these the time is taken out that the reflector says it held the packet. */
export const ROUND_TRIP_METRICS = {
  ...DELAY_METRICS,
  rtt_ms: {
    ...DELAY_METRICS.rtt_ms,
    ...stated,
    doc: 'Round-trip time without the time that the reflector says it held the packet (its T3 − T2). Verdicts count the held time in where it is above 0.2 ms and 1% of the round trip: it is the judged side’s word.',
    ref: 'RFC 2681, RFC 8762',
  },
  rtt_raw_ms: {
    ...DELAY_METRICS.rtt_ms,
    doc: 'Round-trip time from the actual send to the reply’s arrival, nothing subtracted.',
  },
  ipdv_ms: { ...DELAY_METRICS.ipdv_ms, ...stated },
  ipdv_abs_ms: { ...DELAY_METRICS.ipdv_abs_ms, ...stated },
  pdv_ms: { ...DELAY_METRICS.pdv_ms, ...stated },
  jitter_rfc3550_ms: { ...DELAY_METRICS.jitter_rfc3550_ms, ...stated },
} as const satisfies Record<string, Metric>;

const ratio = (doc: string, ref: string) =>
  ({ unit: 'ratio', better: 'lower', form: 'ratio', doc, ref }) as const satisfies Metric;

const WAYS = { fwd: 'from → to', rev: 'to → from' } as const;

function oneWay(way: keyof typeof WAYS) {
  const on = `On the way ${WAYS[way]}`;
  return {
    loss: {
      ...ratio(
        `${on}: packets that did not arrive, of those sent that way. Exact from the agent’s record of every packet; null where a reflector’s counter cannot tell.`,
        'RFC 7680',
      ),
      ...stated,
    },
    duplicate: {
      ...ratio(`${on}: packets that arrived more than once, of those that arrived.`, 'RFC 5560'),
      ...stated,
    },
    reordered: {
      ...ratio(
        `${on}: packets that arrived after one of a higher sequence number, of those that arrived (no duplicates).`,
        'RFC 4737',
      ),
      ...stated,
    },
    owd: {
      ...stated,
      unit: 'ms',
      better: 'lower',
      form: 'sample',
      doc: `One-way delay ${WAYS[way]}; null unless owd_error_ms is known and at most a fifth of it, and when a wall clock was set meanwhile.`,
      ref: 'RFC 7679',
    },
    ipdv: {
      ...DELAY_METRICS.ipdv_ms,
      ...stated,
      doc: `${on}: signed difference of the delays of consecutive packets, after the two clocks’ difference in rate is taken out.`,
    },
    ipdvAbs: {
      ...DELAY_METRICS.ipdv_abs_ms,
      ...stated,
      doc: `${on}: absolute difference of the delays of consecutive packets, after the two clocks’ difference in rate is taken out.`,
    },
    pdv: {
      ...DELAY_METRICS.pdv_ms,
      ...stated,
      doc: `${on}: delay above the smallest of the cell, after the two clocks’ difference in rate is taken out.`,
    },
  } as const;
}

const fwd = oneWay('fwd');
const rev = oneWay('rev');

export const LOSS_METRICS = {
  loss_ratio: ratio(
    'Requests sent whose reply did not arrive within the timeout, of those sent; a late reply is a lost one, and so is a request refused on its way out.',
    'RFC 7680',
  ),
  loss_fwd_ratio: fwd.loss,
  loss_rev_ratio: rev.loss,
  /** Pattern of the round trip's losses. */
  loss_period_packets: {
    unit: '1',
    better: 'lower',
    form: 'sample',
    doc: 'Lengths of loss periods: how many requests in a row were lost.',
    ref: 'RFC 3357',
  },
  loss_distance_packets: {
    unit: '1',
    better: 'higher',
    form: 'sample',
    doc: 'Loss distances: how many requests after the loss before it each lost one was sent.',
    ref: 'RFC 3357',
  },
  duplicate_ratio: ratio('Requests answered more than once, of those answered.', 'RFC 5560'),
  duplicate_fwd_ratio: fwd.duplicate,
  duplicate_rev_ratio: rev.duplicate,
  reordered_ratio: ratio(
    'Replies that arrived after the reply to a later request, of the requests answered: both directions together.',
    'RFC 4737',
  ),
  reordered_fwd_ratio: fwd.reordered,
  reordered_rev_ratio: rev.reordered,
} as const satisfies Record<string, Metric>;

export const DIRECTION_METRICS = {
  owd_fwd_ms: fwd.owd,
  owd_rev_ms: rev.owd,
  owd_error_ms: {
    ...stated,
    unit: 'ms',
    better: 'neither',
    form: 'scalar',
    doc: 'What one-way delays may be wrong by: the two clocks’ difference as each end’s system states it, how exactly stamps follow these clocks, and how late receive stamps may be that are not the kernel’s (which only adds); null where one of these is not known.',
    ref: 'RFC 7679 §3.7',
  },
  ipdv_fwd_ms: fwd.ipdv,
  ipdv_rev_ms: rev.ipdv,
  ipdv_abs_fwd_ms: fwd.ipdvAbs,
  ipdv_abs_rev_ms: rev.ipdvAbs,
  pdv_fwd_ms: fwd.pdv,
  pdv_rev_ms: rev.pdv,
  clock_skew_ppm: {
    ...stated,
    unit: '1',
    better: 'neither',
    form: 'scalar',
    doc: 'By how many millionths the far clock runs faster than this one, estimated from the delays themselves.',
  },
  hold_ms: {
    ...stated,
    unit: 'ms',
    better: 'neither',
    form: 'sample',
    doc: 'How long the reflector says that it held each packet (T3 − T2): the far side’s word.',
    ref: 'RFC 8762',
  },
} as const satisfies Record<string, Metric>;
