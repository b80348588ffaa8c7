import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quantileInterval, quantileRanks, ratioInterval } from './interval.ts';
import { quantileHf7, samplesForQuantile } from './quantile.ts';

describe('the ranks of an interval', () => {
  it.each([
    // scipy.stats.binom: the last l with P(B <= l - 1) <= 2.5%, the first u with P(B >= u) <= 2.5%.
    [0.5, 1000, 469, 532],
    [0.95, 1000, 936, 964],
    [0.99, 1000, 983, 997],
    [0.99, 3000, 2959, 2981],
    [0.99, 10_000, 9880, 9920],
    [0.999, 10_000, 9983, 9997],
    [0.999, 36_000, 35_952, 35_976],
    [0.05, 80, 1, 9],
    [0.01, 1000, 4, 18],
    [0.5, 6, 1, 6],
    [0.99, 368, 360, 368],
    [0.999, 3688, 3680, 3688],
  ])('of p = %d, n = %d are %d and %d', (p, n, lower, upper) => {
    expect(quantileRanks(p, n, n)).toEqual([lower, upper]);
  });

  it('are null, not the maximum, where n supports no bound', () => {
    expect(quantileRanks(0.99, 367, 367)).toEqual([359, null]);
    expect(quantileRanks(0.999, 3687, 3687)).toEqual([3679, null]);
    expect(quantileRanks(0.5, 5, 5)).toEqual([null, null]);
    expect(quantileRanks(0.5, 1, 1)).toEqual([null, null]);
  });

  it('lie farther apart the less the samples are worth', () => {
    const size = fc.integer({ min: 1, max: 5000 });
    const share = fc.double({ min: 0.001, max: 0.999, noNaN: true });
    const unit = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(size, share, unit, unit, (n, p, a, b) => {
        const worth = (part: number) => 1 + part * (n - 1);
        const [few, many] = [quantileRanks(p, n, worth(Math.min(a, b))), quantileRanks(p, n, worth(Math.max(a, b)))];
        expect(few[0] ?? 0).toBeLessThanOrEqual(many[0] ?? 0);
        expect(few[1] ?? n + 1).toBeGreaterThanOrEqual(many[1] ?? n + 1);
      }),
    );
  });
});

describe('the interval of a quantile', () => {
  it('holds the quantile, and is made of samples', () => {
    const values = fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { minLength: 2, maxLength: 800 });
    fc.assert(
      fc.property(values, fc.constantFrom(0.01, 0.05, 0.5, 0.9, 0.99), (list, p) => {
        fc.pre(list.length >= samplesForQuantile(p));
        const received = Float64Array.from(list);
        const sorted = received.slice().sort();
        const [low, high] = quantileInterval(received, sorted, p).interval;
        expect(low ?? -Infinity).toBeLessThanOrEqual(quantileHf7(sorted, p));
        expect(high ?? Infinity).toBeGreaterThanOrEqual(quantileHf7(sorted, p));
        for (const bound of [low, high]) if (bound !== null) expect(list).toContain(bound);
      }),
    );
  });

  it('is wider when the same samples come sorted', () => {
    const mixed = Float64Array.from({ length: 1000 }, (_, i) => (i * 617) % 1000);
    const sorted = mixed.slice().sort();
    // 469 and 532 of the values 0 to 999.
    expect(quantileInterval(mixed, sorted, 0.5)).toMatchObject({ interval: [468, 531] });
    expect(quantileInterval(sorted, sorted, 0.5)).toMatchObject({ interval: [null, null] });
  });

  it('takes ties with the greatest for what they show', () => {
    // A fifth of all are the greatest, all at the end: none is above it, but they are no independent samples.
    const values = Float64Array.from({ length: 500 }, (_, i) => (i < 400 ? 1 + (i % 7) / 10 : 2));
    expect(quantileInterval(values, values.slice().sort(), 0.95).size.nEffective).toBeLessThan(20);
  });
});

describe('the interval of a ratio', () => {
  it.each([
    // scipy.stats.beta.ppf(0.025, k, n' - k + 1) and ppf(0.975, k + 1, n' - k), k = hits n'/n.
    [2, 1000, 1000, 0.00024230111687723185, 0.007205838911457497],
    [0, 1000, 1000, 0, 0.003682083896865671],
    [1000, 1000, 1000, 0.9963179161031344, 1],
    [3, 10, 10, 0.06673951117773447, 0.6524528500599973],
    [20, 1000, 212.5, 0.005760686994508857, 0.04915090354831428],
    [1, 1000, 3.3, 0, 0.6739106235867562],
  ])('of %d of %d, worth %d, is that of Clopper and Pearson', (hits, of, worth, lower, upper) => {
    const [low, high] = ratioInterval(hits, of, worth);
    expect(low).toBeCloseTo(lower, 11);
    expect(high).toBeCloseTo(upper, 11);
  });

  it('holds the ratio', () => {
    const counts = fc.integer({ min: 1, max: 1e6 }).chain((of) => fc.tuple(fc.nat(of), fc.constant(of)));
    fc.assert(
      fc.property(counts, fc.double({ min: 0, max: 1, noNaN: true }), ([hits, of], part) => {
        const [low, high] = ratioInterval(hits, of, 1 + part * (of - 1));
        expect(low).toBeLessThanOrEqual(hits / of);
        expect(high).toBeGreaterThanOrEqual(hits / of);
      }),
      { numRuns: 40 },
    );
  });
});
