import { NetprobeError } from '../contract/error.ts';
import { incompleteBeta } from './beta.ts';

// Relative error about 1e-13 up to n = 1e7, in the tails as well; beta.ts says how. k and n need not be whole: with
// correlated samples they are k·n_eff/n and n_eff, and the incomplete beta function lies smoothly between whole ones.

/** Nearer than this to certainty, the answer is 1: beta.ts does not converge there, and 1 decides nothing. */
const CERTAIN = 0.05;

/** P(B ≤ k) of a binomial B with n trials of probability p. */
export function binomialCdf(k: number, n: number, p: number): number {
  assertBinomial(k, n, p);
  if (k < 0) return 0;
  if (k > n - CERTAIN) return 1;
  if (k === 0) return Math.exp(n * Math.log1p(-p));
  return incompleteBeta(n - k, k + 1, 1 - p, p);
}

/** P(B ≥ k) of a binomial B with n trials of probability p. */
export function binomialSf(k: number, n: number, p: number): number {
  assertBinomial(k, n, p);
  if (k < CERTAIN) return 1;
  if (k > n) return 0;
  return incompleteBeta(k, n - k + 1, p, 1 - p);
}

/**
 * The smallest n with P(B ≤ exceeding; n, q) ≤ alpha: so many samples prove that less than a share q exceeds, when so many
 * of them do. `tau`: how many samples are worth one independent one. Null when no n does (q or alpha is 0, or n would be
 * beyond 2^53).
 */
export function samplesNeeded(exceeding: number, q: number, alpha: number, tau = 1): number | null {
  const proves = (n: number) => binomialCdf(exceeding / tau, n / tau, q) <= alpha;
  if (!(q > 0 && alpha > 0)) return null;
  let short = exceeding;
  let enough = exceeding + 1;
  while (!proves(enough)) {
    short = enough;
    enough *= 2;
    if (enough > Number.MAX_SAFE_INTEGER) return null;
  }
  while (enough - short > 1) {
    const middle = short + Math.floor((enough - short) / 2);
    if (proves(middle)) enough = middle;
    else short = middle;
  }
  return enough;
}

function assertBinomial(k: number, n: number, p: number): void {
  if (Number.isFinite(k) && Number.isFinite(n) && n >= 0 && p >= 0 && p <= 1) return;
  throw new NetprobeError('NETPROBE_INTERNAL', `binomial of k=${k} n=${n} p=${p}`);
}
