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
    [Number.NaN, 10, 0.5],
    [1, Infinity, 0.5],
    [1, 10, 1.5],
    [1, 10, Number.NaN],
    [1, -1, 0.5],
  ])('refuse k=%d n=%d p=%d', (k, n, p) => {
    expect(() => binomialCdf(k, n, p)).toThrow(expect.objectContaining({ code: 'NETPROBE_INTERNAL' }));
  });
});

describe('binomial probabilities of counts that are not whole', () => {
  it.each([
    // scipy.special.betainc(n - k, k + 1, 1 - p) and betainc(k, n - k + 1, p)
    [0.5, 10, 0.3, 0.07363675194837084, 0.9931781741860294],
    [1.25, 47.3, 0.01, 0.9480883887087359, 0.2691335990410362],
    [12.75, 870.4, 0.01, 0.9318834996335777, 0.1168362934703788],
    [0.07, 1, 0.5, 0.548438536554774, 0.9848729099943556],
    [3.2, 3.9, 0.01, 0.999999998049601, 1.161161500120802e-6],
  ])('lie between those of whole ones: k=%d n=%d p=%d', (k, n, p, cdf, sf) => {
    expect(binomialCdf(k, n, p)).toBeCloseTo(cdf, 12);
    expect(binomialSf(k, n, p) / sf).toBeCloseTo(1, 9);
  });

  it('are probabilities, and fall as they should, for any', () => {
    const size = fc.double({ min: 1, max: 1e7, noNaN: true });
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(size, share, share, chance, (n, a, b, p) => {
        const [low, high] = [Math.min(a, b) * n, Math.max(a, b) * n];
        expect(binomialCdf(low, n, p)).toBeLessThanOrEqual(binomialCdf(high, n, p) + 1e-11);
        expect(binomialSf(high, n, p)).toBeLessThanOrEqual(binomialSf(low, n, p) + 1e-11);
        expect(binomialCdf(low, n, p)).toBeGreaterThanOrEqual(-1e-12);
        expect(binomialSf(high, n, p)).toBeLessThanOrEqual(1 + 1e-12);
      }),
    );
  });
});

describe('samplesNeeded', () => {
  it('are as many times more as a sample is worth less', () => {
    // 299 independent ones, and ten samples are worth one: (1 - 0.01)^(n/10) = 0.05 at n = 2980.7.
    expect(samplesNeeded(0, 0.01, 0.05, 10)).toBe(2981);
    expect(samplesNeeded(10, 0.01, 0.05, 10)).toBeGreaterThan(4720);
    expect(samplesNeeded(10, 0.01, 0.05, 10)).toBeLessThanOrEqual(4730);
  });

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
