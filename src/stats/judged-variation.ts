import type { Estimate } from '../contract/estimate.ts';
import { outcomeOf } from '../contract/outcome.ts';
import type { SAMPLE_COLUMNS } from '../contract/samples.ts';
import { bySequence } from './latency.ts';
import { streamIpdv } from './stream-delays.ts';

const WORDS = 'pairs of consecutive requests, one with a lost or failed request as beyond any threshold';

/**
 * What verdicts on the delay variation of an echo's requests use, in ms: a pair with a lost or failed one is beyond every
 * threshold, or not answering what would be late would make jitter better. A request that was never sent is in no pair.
 */
export function judgedVariation(rows: Record<keyof typeof SAMPLE_COLUMNS, Float64Array>) {
  const order = bySequence(rows.seq);
  const column = (values: Float64Array) => Float64Array.from(order, (row) => values[row] as number);
  const delays = Float64Array.from(order, (row) => {
    switch (outcomeOf(rows.outcome[row] as number)) {
      case 'received':
        return (rows.received[row] as number) - (rows.sent[row] as number);
      case 'skipped':
      case 'local':
        return Number.NaN;
      default:
        return Infinity;
    }
  });
  const numbered = { stream: new Uint8Array(delays.length), seq: column(rows.seq), streams: 1 };
  const { signed, absolute } = streamIpdv(delays, numbered, column(rows.intended), 'beyond');
  const judged = (estimate: Estimate) => ({ estimate, words: WORDS });
  return { ipdv_ms: judged(signed), ipdv_abs_ms: judged(absolute) };
}
