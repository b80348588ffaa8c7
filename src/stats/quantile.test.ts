import { describe, expect, it } from 'vitest';
import { quantileHf7, samplesForQuantile, supportedQuantile } from './quantile.ts';

// What the definition is, test/scenario holds against independent results.
describe('a quantile', () => {
  it('lies between the two nearest values', () => {
    expect(quantileHf7(Float64Array.of(10, 20), 0.25)).toBe(12.5);
  });

  it('is every value of a constant sample', () => {
    expect(quantileHf7(new Float64Array(100).fill(7), 0.99)).toBe(7);
  });

  it.each([
    [0.5, 2],
    [0.9, 10],
    [0.1, 10],
    [0.95, 20],
    [0.99, 100],
    [0.01, 100],
    [0.999, 1000],
    [99.9 / 100, 1000],
    [0.9999, 10_000],
    [0.97, 34],
    [1, Infinity],
    [0, Infinity],
  ])('at p = %d needs %d samples', (p, n) => {
    expect(samplesForQuantile(p)).toBe(n);
  });

  it('is null when one sample is missing for it', () => {
    const sorted = Float64Array.from({ length: 100 }, (_, i) => i);
    expect(supportedQuantile(sorted.subarray(1), 0.99)).toBeNull();
    expect(supportedQuantile(sorted, 0.99)).toBeCloseTo(98.01, 9);
  });
});
