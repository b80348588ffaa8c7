import { describe, expect, it } from 'vitest';
import { autocorrelation } from '../../src/stats/autocorrelation.ts';
import { bitsOf } from '../../src/stats/bits.ts';
import { effectiveSize, independent } from '../../src/stats/effective-size.ts';
import { autoregressive, normals, uniforms } from '../support/autoregressive.ts';

function bits(...flags: number[]) {
  return bitsOf(flags.length, (i) => flags[i] === 1);
}

/** By its definition, one product after another: no bits, no blocks. */
function straight(values: number[]): { rho1: number; sum: number; lags: number } {
  const n = values.length;
  const mean = values.reduce((a, b) => a + b, 0) / n;
  const product = (lag: number) =>
    values.reduce((sum, value, i) => (i < lag ? sum : sum + (value - mean) * ((values[i - lag] as number) - mean)), 0);
  const rho1 = product(1) / product(0);
  let sum = 0;
  for (let lag = 1; ; lag += 1) {
    const rho = product(lag) / product(0);
    if (rho <= 1e-12) return { rho1, sum, lags: lag - 1 };
    sum += rho;
  }
}

/** 1 + 2 Σ ρ_k of whether a standard normal AR(1) is above its median: ρ_k = 2/π asin φ^k (Sheppard 1899). */
function medianTau(phi: number): number {
  let sum = 0;
  for (let lag = 1; lag < 100_000; lag += 1) sum += (2 / Math.PI) * Math.asin(phi ** lag);
  return 1 + 2 * sum;
}

describe('autocorrelation', () => {
  it('is undefined of a series that is all the same', () => {
    expect(autocorrelation(bits(0, 0, 0))).toBeUndefined();
    expect(autocorrelation(bits(1))).toBeUndefined();
  });

  it('ends at the first lag that is not above 0', () => {
    // By hand, in quarters: the variance is 4, lag 1 has 1 − 1 + 1, lag 2 has −1 − 1.
    expect(autocorrelation(bits(1, 1, 0, 0))).toEqual({ rho1: 0.25, sum: 0.25, lags: 1 });
    expect(autocorrelation(bits(1, 0, 1, 0, 1, 0))).toMatchObject({ sum: 0, lags: 0 });
  });

  it.each([0, 0.5, 0.95])('is what its definition says, phi = %d', (phi) => {
    const values = autoregressive(1500, phi, normals(5));
    const expected = straight(Array.from(values, (value) => (value > 1 ? 1 : 0)));
    const found = autocorrelation(bitsOf(1500, (i) => (values[i] as number) > 1));
    expect(found?.lags).toBe(expected.lags);
    expect(found?.sum).toBeCloseTo(expected.sum, 9);
    expect(found?.rho1).toBeCloseTo(expected.rho1, 9);
  });

  it.each([
    [1e6, 0.9, 0.03],
    [2e6, 0.99, 0.06],
    [2e6, 0.999, 0.15],
  ])('is found in blocks when there are too many lags: n = %d, phi = %d', (n, phi, within) => {
    const values = autoregressive(n, phi, normals(3));
    const found = autocorrelation(bitsOf(n, (i) => (values[i] as number) > 0));
    const tau = 1 + 2 * (found?.sum ?? 0);
    expect(Math.abs(tau / medianTau(phi) - 1)).toBeLessThan(within);
  });

  it('of a series that only rises is that of one swing, however long', () => {
    const { nEffective } = effectiveSize(bitsOf(3_000_000, (i) => i > 2_000_000));
    expect(nEffective).toBeLessThan(5);
  });
});

describe('the effective size', () => {
  it('is all of samples that do not hang together, nearly', () => {
    const uniform = uniforms(1);
    const values = Float64Array.from({ length: 10_000 }, uniform);
    const { nEffective, nCautious } = effectiveSize(bitsOf(10_000, (i) => (values[i] as number) > 0.9));
    expect(nEffective).toBeGreaterThan(9000);
    expect(nCautious).toBeLessThanOrEqual(nEffective);
  });

  it('is n over the integrated autocorrelation', () => {
    const values = autoregressive(200_000, 0.9, normals(8));
    const { nEffective } = effectiveSize(bitsOf(200_000, (i) => (values[i] as number) > 0));
    expect(Math.abs(200_000 / nEffective / medianTau(0.9) - 1)).toBeLessThan(0.05);
  });

  it('never is below 1 or above n', () => {
    const half = effectiveSize(bitsOf(100, (i) => i < 50));
    expect(half.nEffective).toBeGreaterThanOrEqual(1);
    expect(half.nCautious).toBe(1);
    expect(effectiveSize(bits(1, 0, 1, 0))).toEqual({
      rho1: expect.any(Number) as number,
      nEffective: 4,
      nCautious: 4,
    });
  });

  it('is n where nothing shows a correlation', () => {
    expect(effectiveSize(bits(0, 0, 0))).toEqual({ rho1: null, nEffective: 3, nCautious: 3 });
    expect(independent(7)).toEqual({ rho1: null, nEffective: 7, nCautious: 7 });
  });

  it('makes up for the mean and for its own error', () => {
    // Ten yes, then ten no, by hand: of 5/20 each, ρ_k = (20 − 3k)/20 for k = 1 … 6, all above 0: Σ = 57/20, K = 6.
    const { rho1, nEffective, nCautious } = effectiveSize(bitsOf(20, (i) => i < 10));
    const tau = (1 + 2 * 2.85) / (1 - (2 * (6 - 2.85)) / 20);
    expect(rho1).toBeCloseTo(0.85, 12);
    expect(nEffective).toBeCloseTo(20 / tau, 9);
    expect(nCautious).toBeCloseTo(Math.max(1, 20 / tau / (1 + Math.sqrt((2 * 13) / 20))), 9);
  });
});
