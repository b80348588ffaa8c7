import { NetprobeError } from '../contract/error.ts';
import type { Estimate } from '../contract/estimate.ts';
import type { Figure, RatioFigure, SampleFigure, ScalarFigure } from '../contract/figures.ts';
import type { Metric } from '../contract/kind.ts';
import { quantileInterval } from './interval.ts';
import { moments } from './moments.ts';
import { samplesForQuantile, supportedQuantile } from './quantile.ts';
import { ratioFigure } from './ratio.ts';
import { receivedOf, sortedReceived } from './received.ts';
import { roundInterval, roundSize, roundTo } from './round.ts';

type Name = `p${number}`;

const QUANTILES: Record<Metric['better'], readonly Name[]> = {
  lower: ['p50', 'p90', 'p95', 'p99', 'p99.9'],
  higher: ['p1', 'p5', 'p10', 'p50', 'p90', 'p95', 'p99'],
  neither: ['p1', 'p5', 'p50', 'p95', 'p99'],
};

/**
 * The figures of an estimate, in the metric's unit and rounded as `roundTo` does. Those of a sample are conditional on
 * what was received. What is missing or not supported by n is null, and `why` says so.
 */
export function summarise(estimate: Estimate, metric: Metric): Figure {
  if (estimate.is !== 'missing' && estimate.is !== metric.form) {
    throw new NetprobeError('NETPROBE_INTERNAL', 'an estimate has not the form that its metric declares', {
      expected: metric.form,
      found: estimate.is,
    });
  }
  switch (estimate.is) {
    case 'sample':
      return sampleFigure(estimate, metric);
    case 'ratio':
      return ratioFigure(estimate, metric.unit);
    case 'scalar':
      return { value: roundTo(estimate.value, metric.unit) };
    case 'missing':
      return missingFigure(estimate.why, metric);
  }
}

function sampleFigure({ values, streams }: Extract<Estimate, { is: 'sample' }>, metric: Metric): SampleFigure {
  const sorted = sortedReceived(values);
  const n = sorted.length;
  if (n === 0) return emptySample(metric, nothingReceived(values.length));
  const round = (value: number | null) => (value === null ? null : roundTo(value, metric.unit));
  const { mean, stddev } = moments(sorted);
  const names = QUANTILES[metric.better];
  const short = names.filter((name) => n < samplesForQuantile(fraction(name)));
  const intervals = intervalsOf(
    receivedOf(values),
    sorted,
    names.filter((name) => !short.includes(name)),
    metric,
    streams,
  );
  const needs = [
    ...(stddev === null ? ['stddev needs n >= 2'] : []),
    ...short.map((name) => `${name} needs n >= ${samplesForQuantile(fraction(name))}`),
  ];
  // Reports show the keys in this order.
  return {
    n,
    min: round(sorted[0] as number),
    mean: round(mean),
    stddev: round(stddev),
    ...Object.fromEntries(names.map((name) => [name, round(supportedQuantile(sorted, fraction(name)))])),
    max: round(sorted[n - 1] as number),
    ...intervals,
    ...(needs.length === 0 ? {} : { why: `${needs.join(', ')}, n is ${n}` }),
  };
}

/** Intervals of these quantiles, and of all their effective sizes the least. */
function intervalsOf(
  received: Float64Array,
  sorted: Float64Array,
  names: Name[],
  metric: Metric,
  streams: number | undefined,
) {
  if (names.length === 0) return {};
  const found = names.map((name) => ({ name, ...quantileInterval(received, sorted, fraction(name), streams) }));
  const ci95 = Object.fromEntries(found.map(({ name, interval }) => [name, roundInterval(interval, metric.unit)]));
  const least = found.map(({ size }) => size).reduce((a, b) => (b.nEffective < a.nEffective ? b : a));
  return { ci95, ...roundSize(least) };
}

function missingFigure(why: string, metric: Metric): Figure {
  switch (metric.form) {
    case 'sample':
      return emptySample(metric, why);
    case 'ratio':
      return { value: null, hits: 0, of: 0, why } satisfies RatioFigure;
    case 'scalar':
      return { value: null, why } satisfies ScalarFigure;
  }
}

function emptySample(metric: Metric, why: string): SampleFigure {
  const quantiles = Object.fromEntries(QUANTILES[metric.better].map((name) => [name, null]));
  return { n: 0, min: null, mean: null, stddev: null, ...quantiles, max: null, why };
}

function nothingReceived(samples: number): string {
  return samples === 0 ? 'no sample was received' : `none of ${samples} samples was received`;
}

function fraction(name: Name): number {
  return Number(name.slice(1)) / 100;
}
