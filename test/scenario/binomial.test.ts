import { describe, expect, it } from 'vitest';
import { binomialCdf, binomialSf, samplesNeeded } from '../../src/stats/binomial.ts';
import { binomialTable } from './read.ts';

const { cases, samplesNeeded: sizes } = binomialTable();

/** |a/b − 1|, so that a tail of 1e-200 is held to as many digits as a half. */
function off(actual: number, expected: number): number {
  return Math.abs(actual / expected - 1);
}

describe('binomial probabilities', () => {
  it.each(cases)('agree to 12 digits with exact sums at k=$k n=$n p=$p', ({ k, n, p, cdf, sf }) => {
    expect(off(binomialCdf(k, n, p), cdf)).toBeLessThan(1e-12);
    expect(off(binomialSf(k, n, p), sf)).toBeLessThan(1e-12);
  });
});

describe('samples needed', () => {
  it.each(sizes)('are $n when $exceeding exceed an allowance of $q', ({ exceeding, q, alpha, n }) => {
    expect(samplesNeeded(exceeding, q, alpha)).toBe(n);
  });
});
