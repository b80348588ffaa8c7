import { autocorrelation } from './autocorrelation.ts';
import type { Bits } from './bits.ts';

/** How many independent samples a series is worth: from 1 to n. */
export interface EffectiveSize {
  /** Autocorrelation of the indicator at lag 1; null when all of it is the same, or its order is not known. */
  rho1: number | null;
  nEffective: number;
  /** One standard error of its estimate below nEffective: what intervals and PASS rest on. */
  nCautious: number;
}

/**
 * Effective sample size n/τ of an indicator series in send order, τ = 1 + 2Σρ until the first ρ ≤ 0. Two things are
 * made up for: the mean is estimated from the same samples, which lowers each of K autocorrelations by τ/n (so τ is
 * divided by 1 − 2(K − Σρ)/n), and τ itself is known only to a share √(2(2K+1)/n) (Madras and Sokal 1988, appendix C).
 * Without them a long-lasting swing passes for several samples.
 */
export function effectiveSize(bits: Bits): EffectiveSize {
  const { n } = bits;
  const found = autocorrelation(bits);
  if (found === undefined) return { rho1: null, nEffective: n, nCautious: n };
  const { rho1, sum, lags } = found;
  const kept = 1 - (2 * (lags - sum)) / n;
  const tau = kept > 0 ? (1 + 2 * sum) / kept : n;
  const error = lags === 0 ? 0 : Math.sqrt((2 * (2 * lags + 1)) / n);
  const size = (factor: number) => Math.min(n, Math.max(1, n / (tau * factor)));
  return { rho1, nEffective: size(1), nCautious: size(1 + error) };
}

/** Of samples that are taken as independent, since their order is not known. */
export function independent(n: number): EffectiveSize {
  return { rho1: null, nEffective: n, nCautious: n };
}
