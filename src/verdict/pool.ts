import { NetprobeError } from '../contract/error.ts';
import type { Estimate } from '../contract/estimate.ts';
import type { Present } from './exceedance.ts';

type Sample = Extract<Estimate, { is: 'sample' }>;
type Ratio = Extract<Estimate, { is: 'ratio' }>;

/**
 * The rounds' estimates of one metric as one, in their order; undefined of none. A ratio keeps its series when every
 * round has one. Rounds that differ show as correlation of what is joined, as they should: each counts for little more
 * than one sample then. Times are still those of each round.
 */
export function pooled(estimates: readonly Present[]): Present | undefined {
  const [first] = estimates;
  if (estimates.length <= 1) return first;
  const samples = estimates.filter((each): each is Sample => each.is === 'sample');
  if (samples.length === estimates.length)
    return {
      is: 'sample',
      values: joinFloats(samples.map(({ values }) => values)),
      at: joinFloats(samples.map(({ at }) => at)),
      streams: streamsOf(samples),
    };
  const ratios = estimates.filter((each): each is Ratio => each.is === 'ratio');
  if (ratios.length === estimates.length) return pooledRatio(ratios);
  throw new NetprobeError('NETPROBE_INTERNAL', 'the rounds of one metric are estimates of different forms');
}

function pooledRatio(ratios: Ratio[]): Ratio {
  const series = ratios.flatMap((each) => (each.series === undefined ? [] : [each.series]));
  const counts = {
    hits: ratios.reduce((sum, { hits }) => sum + hits, 0),
    of: ratios.reduce((sum, { of }) => sum + of, 0),
  };
  if (series.length < ratios.length) return { is: 'ratio', ...counts };
  const hit = Uint8Array.from(Buffer.concat(series.map((each) => each.hit)));
  return {
    is: 'ratio',
    ...counts,
    series: { hit, at: joinFloats(series.map(({ at }) => at)), streams: streamsOf(series) },
  };
}

/** All rounds play the same flows. */
function streamsOf(parts: readonly { streams?: number }[]): number {
  return Math.max(...parts.map(({ streams }) => streams ?? 1));
}

function joinFloats(parts: Float64Array[]): Float64Array {
  const whole = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0));
  let start = 0;
  for (const part of parts) {
    whole.set(part, start);
    start += part.length;
  }
  return whole;
}
