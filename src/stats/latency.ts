import type { Counts, Estimate } from '../contract/estimate.ts';
import { outcomeOf } from '../contract/outcome.ts';
import type { SAMPLE_COLUMNS } from '../contract/samples.ts';
import { assertValues } from './received.ts';
import { oneStream, streamEstimates } from './stream-delays.ts';

type SampleRows = Record<keyof typeof SAMPLE_COLUMNS, Float64Array>;

const NS_PER_MS = 1e6;

/** Row numbers in the order of sending; rows mostly stand in it already. */
export function bySequence(seq: Float64Array): Uint32Array {
  const rows = Uint32Array.from(seq.keys());
  const sorted = rows.every((row) => row === 0 || (seq[row - 1] as number) <= (seq[row] as number));
  return sorted ? rows : rows.sort((a, b) => (seq[a] as number) - (seq[b] as number));
}

/** Never sent, or not for want of the peer: this machine's own failure is no sample of the path. */
function unsent(code: number | undefined): boolean {
  const outcome = outcomeOf(code as number);
  return outcome === 'skipped' || outcome === 'local';
}

/** What became of the requests that a latency table holds; rows that are missing from `planned` were never sent. */
export function countOutcomes(outcome: Float64Array, planned: number): Counts {
  const counts = { planned, sent: 0, received: 0, lost: 0, failed: 0, skipped: 0, omitted: 0 };
  for (const code of outcome) {
    if (unsent(code)) continue;
    const name = outcomeOf(code);
    counts.sent += 1;
    if (name === 'received') counts.received += 1;
    else if (name === 'timeout') counts.lost += 1;
    else counts.failed += 1;
  }
  counts.skipped = planned - counts.sent;
  return counts;
}

/**
 * Delays in ms in the order of sending, +Infinity for requests sent that were not received; `from` and `to` are
 * columns of ns, `at` is the intended send. What was never sent is left out.
 */
export function delays(rows: SampleRows, from: Float64Array, to: Float64Array): Extract<Estimate, { is: 'sample' }> {
  const { delaysNs, at } = sentDelays(rows, from, to);
  return { is: 'sample', values: delaysNs.map((ns) => ns / NS_PER_MS), at };
}

function sentDelays(rows: SampleRows, from: Float64Array, to: Float64Array) {
  const order = bySequence(rows.seq).filter((row) => !unsent(rows.outcome[row]));
  const delaysNs = new Float64Array(order.length);
  const at = new Float64Array(order.length);
  order.forEach((row, i) => {
    const received = outcomeOf(rows.outcome[row] as number) === 'received';
    delaysNs[i] = received ? (to[row] as number) - (from[row] as number) : Number.POSITIVE_INFINITY;
    at[i] = rows.intended[row] as number;
  });
  return { delaysNs, at };
}

/**
 * Every figure that an echo table gives, by metric name: one stream, whose replies come in the order of sending. Throws
 * NETPROBE_RECORDS_INVALID for a reply that was received at no time.
 */
export function echoEstimates(rows: SampleRows) {
  const { delaysNs, at } = sentDelays(rows, rows.sent, rows.received);
  assertValues(delaysNs);
  const stream = oneStream(delaysNs.length);
  const { rtt_ms, ...variation } = streamEstimates(delaysNs, stream, at, stream.seq);
  return {
    rtt_ms,
    response_ms: delays(rows, rows.intended, rows.received),
    ...variation,
  } satisfies Record<string, Estimate>;
}

/** Actual minus intended send times in ms of all that was sent: the instrument's own error. */
export function sendLateness(rows: Pick<SampleRows, 'seq' | 'intended' | 'sent' | 'outcome'>): Estimate {
  const order = bySequence(rows.seq).filter((row) => outcomeOf(rows.outcome[row] as number) !== 'skipped');
  if (order.length === 0) return { is: 'missing', why: 'nothing was sent' };
  const values = Float64Array.from(
    order,
    (row) => ((rows.sent[row] as number) - (rows.intended[row] as number)) / NS_PER_MS,
  );
  return { is: 'sample', values, at: Float64Array.from(order, (row) => rows.intended[row] as number) };
}

/**
 * Requests not answered rightly, of those sent. With the delays of those sent the ratio also tells in which order they
 * failed, so that verdicts know how failures come together.
 */
export function failureRatio(counts: Counts, sent?: Extract<Estimate, { is: 'sample' }>): Estimate {
  if (counts.sent === 0) return { is: 'missing', why: 'nothing was sent' };
  const ratio = { is: 'ratio', hits: counts.lost + counts.failed, of: counts.sent } as const;
  if (sent === undefined) return ratio;
  return {
    ...ratio,
    series: { hit: Uint8Array.from(sent.values, (delay) => (delay === Infinity ? 1 : 0)), at: sent.at },
  };
}
