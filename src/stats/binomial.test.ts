import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { binomialCdf, binomialSf, samplesNeeded } from './binomial.ts';

const trials = fc.integer({ min: 1, max: 10_000_000 });
const chance = fc.oneof(
  fc.double({ min: 0, max: 1, noNaN: true }),
  fc.double({ min: -8, max: 0, noNaN: true }).map((power) => 10 ** power),
);

/** A case and a k near the mean, where it matters, or anywhere. */
const cases = fc
  .tuple(
    trials,
    chance,
    fc.double({ min: -8, max: 8, noNaN: true }),
    fc.double({ min: 0, max: 1, noNaN: true }),
    fc.boolean(),
  )
  .map(([n, p, deviations, anywhere, near]) => {
    const k = near ? n * p + deviations * Math.sqrt(n * p * (1 - p)) : anywhere * n;
    return { n, p, k: Math.min(n - 1, Math.max(0, Math.round(k))) };
  });

describe('binomial probabilities', () => {
  it('rise with k', () => {
    fc.assert(
      fc.property(cases, ({ k, n, p }) => {
        expect(binomialCdf(k + 1, n, p)).toBeGreaterThanOrEqual(binomialCdf(k, n, p) * (1 - 1e-12));
        expect(binomialSf(k + 1, n, p)).toBeLessThanOrEqual(binomialSf(k, n, p) * (1 + 1e-12));
      }),
    );
  });

  it('of at most k and of more than k make 1', () => {
    fc.assert(
      fc.property(cases, ({ k, n, p }) => {
        expect(binomialCdf(k, n, p) + binomialSf(k + 1, n, p)).toBeCloseTo(1, 11);
      }),
    );
  });

  it('fall with n, which is what samplesNeeded relies on', () => {
    fc.assert(
      fc.property(cases, ({ k, n, p }) => {
        expect(binomialCdf(k, n + 1, p)).toBeLessThanOrEqual(binomialCdf(k, n, p) * (1 + 1e-12));
      }),
    );
  });

  it('are certain outside 0 to n and at the ends of p', () => {
    expect(binomialCdf(-1, 5, 0.5)).toBe(0);
    expect(binomialCdf(5, 5, 0.5)).toBe(1);
    expect(binomialSf(0, 5, 0.5)).toBe(1);
    expect(binomialSf(6, 5, 0.5)).toBe(0);
    expect(binomialCdf(0, 5, 0)).toBe(1);
    expect(binomialSf(1, 5, 0)).toBe(0);
    expect(binomialCdf(4, 5, 1)).toBe(0);
    expect(binomialSf(5, 5, 1)).toBe(1);
    expect(binomialCdf(0, 0, 0.5)).toBe(1);
  });

  it.each([
    [0.5, 10, 0.5],
    [1, 10, 1.5],
    [1, 10, Number.NaN],
    [1, -1, 0.5],
  ])('refuse k=%d n=%d p=%d', (k, n, p) => {
    expect(() => binomialCdf(k, n, p)).toThrow(expect.objectContaining({ code: 'NETPROBE_INTERNAL' }));
  });
});

describe('samplesNeeded', () => {
  it('is the smallest n that proves it', () => {
    const q = fc.double({ min: -6, max: -0.1, noNaN: true }).map((power) => 10 ** power);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 500 }), q, (exceeding, share) => {
        const n = samplesNeeded(exceeding, share, 0.05) as number;
        expect(binomialCdf(exceeding, n, share)).toBeLessThanOrEqual(0.05);
        expect(binomialCdf(exceeding, n - 1, share)).toBeGreaterThan(0.05);
      }),
    );
  });

  it('is null where no number would do', () => {
    expect(samplesNeeded(0, 0, 0.05)).toBeNull();
    expect(samplesNeeded(0, 0.01, 0)).toBeNull();
    expect(samplesNeeded(0, 1e-17, 0.05)).toBeNull();
  });

  it('is one more than exceed when all may', () => {
    expect(samplesNeeded(5, 1, 0.05)).toBe(6);
  });
});
