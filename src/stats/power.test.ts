import { describe, expect, it } from 'vitest';
import { binomialCdf } from './binomial.ts';
import { correlationFactor, samplesForLikelyPass, samplesForPass } from './power.ts';

describe('samples for a PASS without an exceedance', () => {
  it.each([
    // The first four are tables' ("rule of three" in its exact form); ln 0.05 / ln(1 − q), rounded up.
    [0.05, 59],
    [0.01, 299],
    [0.001, 2995],
    [0.0001, 29_956],
    [0.00001, 299_572],
    [0.5, 5],
    [1, 1],
  ])('of an allowance of %d are %d', (allowed, n) => {
    expect(samplesForPass(allowed)).toBe(n);
  });

  it('are no number when nothing may exceed', () => {
    expect(samplesForPass(0)).toBeNull();
  });
});

describe('samples for a likely PASS', () => {
  it.each([
    // By scipy.stats.binom: the smallest n with P(PASS) >= 0.9 at half the allowance.
    [0.1, 239],
    [0.05, 506],
    [0.01, 2546],
    [0.001, 25_495],
    [0.0001, 254_989],
  ])('of an allowance of %d, half of which is used, are %d', (allowed, n) => {
    expect(samplesForLikelyPass(allowed)).toBe(n);
  });

  it.each([
    // Sizes near those, rounded up by others: the chance of so many exceedances as still pass is 90% there, too.
    [0.05, 538, 18],
    [0.01, 2562, 17],
    [0.001, 25_625, 17],
  ])('leave a chance of 90%% at %d with n = %d', (allowed, n, most) => {
    expect(binomialCdf(most, n, allowed)).toBeLessThanOrEqual(0.05);
    expect(binomialCdf(most, n, allowed / 2)).toBeGreaterThanOrEqual(0.9);
  });

  it('are those without an exceedance when none is to be expected', () => {
    expect(samplesForLikelyPass(0.01, 0)).toBe(299);
  });

  it('are no number when what exceeds is not below the allowance', () => {
    expect(samplesForLikelyPass(0.01, 0.01)).toBeNull();
    expect(samplesForLikelyPass(0)).toBeNull();
  });
});

describe('the correlation factor', () => {
  it('is the integrated autocorrelation of an exponential fall', () => {
    // 1 + 2(0.9 + 0.81 + …) = 1 + 2·0.9/0.1
    expect(correlationFactor(0.9)).toBeCloseTo(19, 12);
    expect(correlationFactor(0)).toBe(1);
    expect(correlationFactor(-0.3)).toBe(1);
    expect(correlationFactor(1)).toBe(Infinity);
  });
});
