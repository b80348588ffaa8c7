import type { Estimate } from '../contract/estimate.ts';
import { bearsOn, canInvalidate, INSTRUMENT_LIMITS } from '../contract/instrument.ts';
import type { Metric } from '../contract/kind.ts';
import { supportedQuantile } from '../stats/quantile.ts';
import { sortedReceived } from '../stats/received.ts';
import { roundTo } from '../stats/round.ts';
import type { JudgedCell, JudgedInstrument } from './standing.ts';

/**
 * Why the sender was too late for a verdict on a latency; undefined when it was not, or when the metric is no latency.
 * Too late: the p99 of actual minus intended send time is above max(1 ms, 5% of the threshold). With fewer than 100
 * sends, which have no p99, the latest one counts.
 */
export function generatorLag(sendLateness: Estimate, metric: Metric, threshold: number): string | undefined {
  if (metric.unit !== 'ms' || sendLateness.is !== 'sample') return undefined;
  const sorted = sortedReceived(sendLateness.values);
  if (sorted.length === 0) return undefined;
  const p99 = supportedQuantile(sorted, 0.99);
  const lateness = roundTo(p99 ?? (sorted[sorted.length - 1] as number), 'ms');
  const limit = roundTo(Math.max(INSTRUMENT_LIMITS.lateMs, 0.05 * Math.abs(threshold)), 'ms');
  if (lateness <= limit) return undefined;
  const which = p99 === null ? 'the latest send was' : 'the p99 of sends was';
  return `generator lag: ${which} ${lateness} ms behind schedule, more than ${limit} ms`;
}

/**
 * Why a throughput that fell short proves nothing of the path; undefined when it does, or when the metric is no rate.
 * Only a FAIL is in doubt: what was reached was reached.
 */
export function generatorBound(
  { busyRatio, instrument }: Pick<JudgedCell, 'busyRatio' | 'instrument'>,
  metric: Metric,
): string | undefined {
  if (metric.unit !== 'bit/s') return undefined;
  if (busyRatio !== null && busyRatio >= INSTRUMENT_LIMITS.busyRatio)
    return `generator-bound: this side's measuring thread was ${Math.round(busyRatio * 100)}% busy, so the limit may be its own`;
  const reason = ownReasons(instrument).find(({ code }) => bearsOn(code, 'rate'));
  if (reason === undefined) return undefined;
  const where = reason.side === 'far' ? 'at the far end, ' : '';
  return `generator-bound: ${where}${reason.why.replace(/^generator-bound: /, '')}`;
}

/** Why nothing follows from what an invalid instrument measured; undefined when it was good enough. A rate that was reached was reached. */
export function instrumentDoubt(instrument: JudgedInstrument, metric: Metric): string | undefined {
  if (instrument.state !== 'invalid' || metric.unit === 'bit/s') return undefined;
  const reasons = ownReasons(instrument).filter(({ code }) => bearsOn(code, 'latency'));
  // What an end says that is not ours cannot have made it invalid, nor can what is merely suspect.
  if (!reasons.some(({ code }) => canInvalidate(code))) return undefined;
  const words = reasons.map(({ side, why }) => (side === 'far' ? `far end: ${why}` : why));
  return `instrument invalid: ${words.join('; ')}`;
}

/** What is said of ends that are ours: no word of the judged side is an excuse. */
function ownReasons({ reasons, farIsOurs }: JudgedInstrument): JudgedInstrument['reasons'] {
  return reasons.filter(({ side }) => side === 'near' || farIsOurs);
}
