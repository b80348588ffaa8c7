import { quantileSorted } from 'simple-statistics';

/**
 * The p-quantile, 0 ≤ p ≤ 1, of one or more values in ascending order: Hyndman–Fan type 7, as simple-statistics computes
 * it. That library has changed its definition in a patch release: it is pinned exactly, and a golden test holds it.
 */
export function quantileHf7(sorted: Float64Array, p: number): number {
  // The library only indexes and reads length; its type just does not mention typed arrays.
  return quantileSorted(sorted as unknown as readonly number[], p);
}

/**
 * The fewest samples of which the p-quantile says anything: 1/min(p, 1−p), so that at least one sample is expected
 * beyond it. p50 2, p99 100, p99.9 1000; Infinity for p = 0 and p = 1.
 */
export function samplesForQuantile(p: number): number {
  const tail = Math.min(p, 1 - p);
  // 1 − 0.999 is a hair below 0.001, and would ask for 1001.
  return tail <= 0 ? Infinity : Math.ceil((1 / tail) * (1 - 1e-9));
}

/** The p-quantile of the values in ascending order; null when there are too few for it. */
export function supportedQuantile(sorted: Float64Array, p: number): number | null {
  return sorted.length < samplesForQuantile(p) ? null : quantileHf7(sorted, p);
}
