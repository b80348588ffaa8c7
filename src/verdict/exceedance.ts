import { NetprobeError } from '../contract/error.ts';
import type { Estimate } from '../contract/estimate.ts';
import type { Interval } from '../contract/figures.ts';
import type { Metric } from '../contract/kind.ts';
import type { Comparison, PlanRequirement } from '../contract/plan.ts';
import { type Bits, bitsOf } from '../stats/bits.ts';
import { quantileInterval } from '../stats/interval.ts';
import { supportedQuantile } from '../stats/quantile.ts';
import { hitBits, ratioFigure } from '../stats/ratio.ts';
import { receivedOf, sortedReceived } from '../stats/received.ts';
import { roundInterval, roundTo } from '../stats/round.ts';

type Sample = Extract<Estimate, { is: 'sample' }>;

export type Present = Exclude<Estimate, { is: 'missing' }>;

/** A requirement's count: how many samples are on the wrong side of its threshold, and what share may be. */
export interface Exceedance {
  n: number;
  exceeding: number;
  /** Of those exceeding: lost or failed. Null for a ratio, which does not tell. */
  absent: number | null;
  /** The greatest share that may exceed, from 0 to 1. */
  allowed: number;
  /** The figure that the requirement names, of what was received; null when n does not support it. */
  observed: number | null;
  /** Of that figure. */
  ci95: Interval | null;
  /** Which samples exceed, in send order; null for a ratio that does not tell. */
  beyond: Bits | null;
  /** Which samples are the worst of all, such a share of them, in send order; null for a ratio. */
  worst: ((share: number) => Bits) | null;
  /** What was received, in ascending order; null for a ratio. */
  sorted: Float64Array | null;
  /** All are on one side of the threshold, and it is much farther from them than they are from each other. */
  far: boolean;
}

/** Counts what exceeds. A lost or failed sample does, whatever is compared: it was neither in time nor fast. */
export function countExceeding(requirement: PlanRequirement, estimate: Present, metric: Metric): Exceedance {
  const { statistic } = requirement;
  if (statistic.is === 'quantile' && estimate.is === 'sample')
    return ofSample(requirement, statistic.p, estimate, metric);
  if (statistic.is === 'ratio' && estimate.is === 'ratio') return ofRatio(requirement, estimate, metric);
  throw new NetprobeError('NETPROBE_INTERNAL', `"${requirement.text}" cannot be judged on this metric`, {
    expected: statistic.is === 'quantile' ? 'sample' : 'ratio',
    found: estimate.is,
  });
}

/** How many samples there are, and how many of them exceed: no more than that. */
export function tally(requirement: PlanRequirement, estimate: Present): { n: number; exceeding: number } {
  switch (estimate.is) {
    case 'sample': {
      let exceeding = 0;
      for (const value of estimate.values) if (exceeds(value, requirement)) exceeding += 1;
      return { n: estimate.values.length, exceeding };
    }
    case 'ratio': {
      const { hits, of } = estimate;
      return { n: of, exceeding: isUpper(requirement.comparison) ? hits : of - hits };
    }
    case 'scalar':
      return { n: 1, exceeding: exceeds(estimate.value, requirement) ? 1 : 0 };
  }
}

/** Whether the requirement sets an upper bound. */
export function isUpper(comparison: Comparison): boolean {
  return comparison === '<=' || comparison === '<';
}

/** Whether a sample exceeds; what was lost or failed does. */
export function exceeds(value: number, { comparison, threshold }: PlanRequirement): boolean {
  return value === Infinity || !holds(value, comparison, threshold);
}

function ofSample(requirement: PlanRequirement, p: number, sample: Sample, metric: Metric): Exceedance {
  const { values, streams } = sample;
  const sorted = sortedReceived(values);
  const upper = isUpper(requirement.comparison);
  const quantile = supportedQuantile(sorted, p);
  const beyond = bitsOf(values.length, (i) => exceeds(values[i] as number, requirement), streams);
  return {
    n: values.length,
    exceeding: beyond.ones,
    absent: values.length - sorted.length,
    allowed: share(upper ? 1 - p : p),
    observed: quantile === null ? null : roundTo(quantile, metric.unit),
    ci95:
      quantile === null
        ? null
        : roundInterval(quantileInterval(receivedOf(values), sorted, p, streams).interval, metric.unit),
    beyond,
    worst: (part) => worstOf(sample, sorted, upper, part),
    sorted,
    far: isFar(requirement, sorted, beyond),
  };
}

/** The worst share of all samples: the lost ones first, then those farthest to the bad side; more when they tie there. */
function worstOf({ values, streams }: Sample, sorted: Float64Array, upper: boolean, part: number): Bits {
  const n = values.length;
  const received = sorted.length;
  const wanted = Math.min(received - 1, Math.max(0, Math.floor(part * n) - (n - received)));
  const cut = sorted[upper ? received - 1 - wanted : wanted] ?? Infinity;
  const isWorse = (value: number) => value === Infinity || (upper ? value > cut : value < cut);
  const worse = bitsOf(n, (i) => isWorse(values[i] as number), streams);
  if (wanted <= 0 || worse.ones > n - received) return worse;
  return bitsOf(n, (i) => values[i] === cut || isWorse(values[i] as number), streams);
}

/**
 * So many times farther from a threshold than from each other, samples are on the right side of it not by luck: of AR(1)
 * delays up to phi = 0.99 whose quantile is the threshold, some 4% of series of 30 samples look so, none of 300.
 */
const FAR = 3;

/** Whether none or all of the samples exceed, and the threshold is far from all of them. */
function isFar({ threshold, comparison }: PlanRequirement, sorted: Float64Array, { n, ones }: Bits): boolean {
  const [least, most] = [sorted[0], sorted[sorted.length - 1]];
  if ((ones !== 0 && ones !== n) || least === undefined || most === undefined) return false;
  // A rate above its threshold has only so much room below it: there it is factors that tell.
  if (!isUpper(comparison) && threshold > 0 && least > threshold)
    return Math.log(least / threshold) > FAR * Math.log(most / least);
  return Math.max(least - threshold, threshold - most) > FAR * (most - least);
}

function ofRatio(requirement: PlanRequirement, ratio: Extract<Estimate, { is: 'ratio' }>, metric: Metric): Exceedance {
  const { hits, of } = ratio;
  const upper = isUpper(requirement.comparison);
  const { value, ci95 } = ratioFigure(ratio, metric.unit);
  const bits = hitBits(ratio);
  return {
    n: of,
    exceeding: upper ? hits : of - hits,
    absent: null,
    allowed: share(upper ? requirement.threshold : 1 - requirement.threshold),
    observed: value,
    ci95: ci95 ?? null,
    // Hits and what is no hit follow each other alike: either's autocorrelation is the other's.
    beyond: bits,
    worst: null,
    sorted: null,
    far: false,
  };
}

function holds(value: number, comparison: Comparison, threshold: number): boolean {
  switch (comparison) {
    case '<=':
      return value <= threshold;
    case '<':
      return value < threshold;
    case '>=':
      return value >= threshold;
    case '>':
      return value > threshold;
  }
}

/** Without the dust of 1 − 0.99 = 0.010000000000000009. */
function share(value: number): number {
  return Number(value.toPrecision(12));
}
