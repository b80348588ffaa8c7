import type { VerdictResult } from '../contract/figures.ts';
import { binomialCdf, binomialSf, samplesNeeded } from '../stats/binomial.ts';

/** Significance level of every test. */
export const ALPHA = 0.05;

/**
 * Decides whether a share of at most `allowed` of all samples exceeds, having seen `exceeding` of `n` do so: pass when so
 * few would be unlikely (at most ALPHA) at the allowance itself, fail when so many would be, otherwise inconclusive.
 * Exact binomial test, samples taken as independent; by counting, so never dependent on interpolated percentiles.
 */
export function decide(exceeding: number, n: number, allowed: number): VerdictResult {
  if (binomialCdf(exceeding, n, allowed) <= ALPHA) return 'pass';
  if (binomialSf(exceeding, n, allowed) <= ALPHA) return 'fail';
  return 'inconclusive';
}

/**
 * How many samples a pass takes when so many exceed. Null when no number would do: nothing may exceed at all, or the
 * share that does is not below the allowance already.
 */
export function passNeeds(exceeding: number, n: number, allowed: number): number | null {
  if (n > 0 && exceeding / n >= allowed) return null;
  return samplesNeeded(exceeding, allowed, ALPHA);
}
