import { binomialCdf, samplesNeeded } from './binomial.ts';

// How many samples a plan should take. All of independent samples; `correlationFactor` says how many more of correlated.

const ALPHA = 0.05;

/**
 * The fewest samples that prove, at level alpha, that less than a share `allowed` exceeds, when none of them does:
 * ln α / ln(1 − allowed), 299 for a p99 at 5%. Null when nothing may exceed: no number proves that.
 */
export function samplesForPass(allowed: number, alpha = ALPHA): number | null {
  if (!(allowed > 0)) return null;
  // A logarithm that is whole but for its last digit would ask for one more.
  return allowed >= 1 ? 1 : Math.ceil((Math.log(alpha) / Math.log1p(-allowed)) * (1 - 1e-12));
}

/**
 * The fewest samples of which a PASS comes out with this chance, when a share `truly` exceeds: half of what is allowed
 * unless told otherwise. A few more may have a slightly smaller chance, since counts are whole. Null when no number
 * would do: what exceeds is not below the allowance.
 */
export function samplesForLikelyPass(allowed: number, truly = allowed / 2, chance = 0.9, alpha = ALPHA): number | null {
  if (!(truly >= 0 && truly < allowed)) return null;
  // The first of the sizes that let `most` exceed is where they have the best chance: it rises with `most`.
  const sizeFor = (most: number) => samplesNeeded(most, allowed, alpha);
  const likely = (most: number) => {
    const size = sizeFor(most);
    return size === null || binomialCdf(most, size, truly) >= chance;
  };
  let short = -1;
  let enough = 0;
  while (!likely(enough)) {
    short = enough;
    enough = enough * 2 + 1;
  }
  while (enough - short > 1) {
    const middle = short + Math.floor((enough - short) / 2);
    if (likely(middle)) enough = middle;
    else short = middle;
  }
  return sizeFor(enough);
}

/** How many samples are worth one independent one, when correlation falls by the factor rho1 from each to the next. */
export function correlationFactor(rho1: number): number {
  const rho = Math.min(1, Math.max(0, rho1));
  return (1 + rho) / (1 - rho);
}
