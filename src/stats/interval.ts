import type { Interval } from '../contract/figures.ts';
import { binomialCdf, binomialSf } from './binomial.ts';
import { type Bits, bitsOf } from './bits.ts';
import { type EffectiveSize, effectiveSize } from './effective-size.ts';

/** Every interval is of 95%, with the same chance of missing on either side. */
const TAIL = 0.025;

/**
 * The ranks, from 1, between which the p-quantile lies at 95%: [l, u] of n values in ascending order, of which so many are
 * independent. Null where n supports no bound, as for p99 from above for n < 368. The binomial of David and Nagaraja
 * (Order Statistics, §7.1), equal-tailed.
 */
export function quantileRanks(p: number, n: number, nIndependent: number): [number | null, number | null] {
  const worth = nIndependent / n;
  // Both probabilities change one way with the rank: the last, or the first, that is small enough is found by halving.
  const below = (rank: number) => binomialCdf((rank - 1) * worth, nIndependent, p) <= TAIL;
  const above = (rank: number) => binomialSf(rank * worth, nIndependent, p) <= TAIL;
  const lower = firstRank(n, (rank) => !below(rank)) - 1;
  const upper = firstRank(n, above);
  return [lower === 0 ? null : lower, upper > n ? null : upper];
}

/**
 * The 95% interval of the p-quantile of what was received, and what that is worth for it: the effective size of its
 * exceeding the quantile. `received` is in send order, `sorted` the same in ascending order.
 */
export function quantileInterval(
  received: Float64Array,
  sorted: Float64Array,
  p: number,
  streams = 1,
): { interval: Interval; size: EffectiveSize } {
  const n = sorted.length;
  const size = effectiveSize(aboveQuantile(received, sorted, p, streams));
  const [l, u] = quantileRanks(p, n, size.nCautious);
  const at = (rank: number | null) => (rank === null ? null : (sorted[rank - 1] as number));
  return { interval: [at(l), at(u)], size };
}

/** Which values lie above the quantile or, when that ties with the greatest, on it. */
function aboveQuantile(received: Float64Array, sorted: Float64Array, p: number, streams: number): Bits {
  // The value below the quantile, not the interpolated one, of which the last digit decides; 0.29·100 is a hair below 29.
  const cut = sorted[Math.floor((sorted.length - 1) * p + 1e-9)] as number;
  const above = bitsOf(received.length, (i) => (received[i] as number) > cut, streams);
  return above.ones > 0 ? above : bitsOf(received.length, (i) => (received[i] as number) >= cut, streams);
}

/**
 * The 95% interval of a ratio by Clopper and Pearson (1934), of counts that are worth so many independent ones. Of 0
 * of n it begins at 0, of n of n it ends at 1.
 */
export function ratioInterval(hits: number, of: number, nIndependent: number): [number, number] {
  const k = (hits * nIndependent) / of;
  const lower = probabilityWhere((p) => binomialSf(k, nIndependent, p) >= TAIL);
  const upper = probabilityWhere((p) => binomialCdf(k, nIndependent, p) <= TAIL);
  return [hits === 0 ? 0 : lower, hits === of ? 1 : upper];
}

/** The smallest rank from 1 to n that is so, n + 1 when none is. */
function firstRank(n: number, isSo: (rank: number) => boolean): number {
  let no = 0;
  let yes = n + 1;
  while (yes - no > 1) {
    const middle = no + Math.floor((yes - no) / 2);
    if (isSo(middle)) yes = middle;
    else no = middle;
  }
  return yes;
}

/** The smallest probability that is so, where all above it are, to the last bit; below 2^-99 it is 0. */
function probabilityWhere(isSo: (p: number) => boolean): number {
  let no = 0;
  let yes = 1;
  for (let halvings = 0; halvings < 100; halvings += 1) {
    const middle = (no + yes) / 2;
    if (middle === no || middle === yes) break;
    if (isSo(middle)) yes = middle;
    else no = middle;
  }
  return yes < 2 ** -99 ? 0 : yes;
}
