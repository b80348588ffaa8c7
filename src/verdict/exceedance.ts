import { NetprobeError } from '../contract/error.ts';
import type { Estimate } from '../contract/estimate.ts';
import type { Metric } from '../contract/kind.ts';
import type { Comparison, PlanRequirement } from '../contract/plan.ts';
import { supportedQuantile } from '../stats/quantile.ts';
import { sortedReceived } from '../stats/received.ts';
import { roundTo } from '../stats/round.ts';
import { summarise } from '../stats/summary.ts';

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
}

/** Counts what exceeds. A lost or failed sample does, whatever is compared: it was neither in time nor fast. */
export function countExceeding(requirement: PlanRequirement, estimate: Present, metric: Metric): Exceedance {
  const { statistic } = requirement;
  if (statistic.is === 'quantile' && estimate.is === 'sample')
    return ofSample(requirement, statistic.p, estimate.values, metric);
  if (statistic.is === 'ratio' && estimate.is === 'ratio')
    return ofRatio(requirement, estimate.hits, estimate.of, metric);
  throw new NetprobeError('NETPROBE_INTERNAL', `"${requirement.text}" cannot be judged on this metric`, {
    expected: statistic.is === 'quantile' ? 'sample' : 'ratio',
    found: estimate.is,
  });
}

/** Whether the requirement sets an upper bound. */
export function isUpper(comparison: Comparison): boolean {
  return comparison === '<=' || comparison === '<';
}

function ofSample(requirement: PlanRequirement, p: number, values: Float64Array, metric: Metric): Exceedance {
  const sorted = sortedReceived(values);
  const absent = values.length - sorted.length;
  let exceeding = absent;
  for (const value of sorted) if (!holds(value, requirement.comparison, requirement.threshold)) exceeding += 1;
  const quantile = supportedQuantile(sorted, p);
  return {
    n: values.length,
    exceeding,
    absent,
    allowed: share(isUpper(requirement.comparison) ? 1 - p : p),
    observed: quantile === null ? null : roundTo(quantile, metric.unit),
  };
}

function ofRatio(requirement: PlanRequirement, hits: number, of: number, metric: Metric): Exceedance {
  const upper = isUpper(requirement.comparison);
  const figure = summarise({ is: 'ratio', hits, of }, metric);
  return {
    n: of,
    exceeding: upper ? hits : of - hits,
    absent: null,
    allowed: share(upper ? requirement.threshold : 1 - requirement.threshold),
    observed: 'value' in figure ? figure.value : null,
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
