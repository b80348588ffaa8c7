import { NetprobeError } from '../contract/error.ts';
import type { Estimate } from '../contract/estimate.ts';
import type { RatioFigure } from '../contract/figures.ts';
import type { MetricUnit } from '../contract/kind.ts';
import { type Bits, bitsOf } from './bits.ts';
import { effectiveSize } from './effective-size.ts';
import { ratioInterval } from './interval.ts';
import { roundInterval, roundSize, roundTo } from './round.ts';

type Ratio = Extract<Estimate, { is: 'ratio' }>;

/** The figure of a ratio, with its 95% interval. Without its series the samples are taken as independent. */
export function ratioFigure(ratio: Ratio, unit: MetricUnit): RatioFigure {
  const { hits, of } = ratio;
  assertCounts(hits, of);
  if (of === 0) return { value: null, hits, of, why: 'there was nothing to take a share of' };
  const bits = hitBits(ratio);
  const size = bits === null ? null : effectiveSize(bits);
  const ci95 = roundInterval(ratioInterval(hits, of, size?.nCautious ?? of), unit);
  return { value: roundTo(hits / of, unit), hits, of, ci95, ...(size === null ? {} : roundSize(size)) };
}

/** A ratio's samples in send order; null when it does not tell. One that tells of other counts is a bug of its kind. */
export function hitBits({ hits, of, series }: Ratio): Bits | null {
  if (series === undefined) return null;
  const { hit, at, streams } = series;
  const bits = bitsOf(hit.length, (i) => hit[i] === 1, streams);
  if (bits.n === of && bits.ones === hits && at.length === of) return bits;
  throw new NetprobeError('NETPROBE_INTERNAL', 'the series of a ratio does not count what the ratio does', {
    expected: `${hits} of ${of}`,
    found: `${bits.ones} of ${bits.n}, at ${at.length} times`,
  });
}

function assertCounts(hits: number, of: number): void {
  if (Number.isSafeInteger(hits) && Number.isSafeInteger(of) && hits >= 0 && hits <= of) return;
  throw new NetprobeError('NETPROBE_RECORDS_INVALID', 'a ratio must count hits out of a whole number', {
    expected: '0 <= hits <= of, both whole',
    found: `${hits} of ${of}`,
  });
}
