import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { moments } from './moments.ts';

describe('moments', () => {
  it('takes n − 1 for the standard deviation', () => {
    // By hand: mean 5, squares 9+1+1+1+0+0+4+16 = 32, over 7.
    expect(moments(Float64Array.of(2, 4, 4, 4, 5, 5, 7, 9))).toEqual({ mean: 5, stddev: Math.sqrt(32 / 7) });
  });

  it('has no standard deviation of one value', () => {
    expect(moments(Float64Array.of(3.5))).toEqual({ mean: 3.5, stddev: null });
  });

  it('gives the value and 0 for constant values', () => {
    const { mean, stddev } = moments(new Float64Array(100_003).fill(0.1));
    expect(mean).toBeCloseTo(0.1, 15);
    expect(stddev).toBeCloseTo(0, 15);
  });

  it('loses no digits when the spread is small beside the values', () => {
    const { mean, stddev } = moments(Float64Array.of(1e9, 1e9 + 1, 1e9 + 2));
    expect(mean).toBe(1e9 + 1);
    expect(stddev).toBe(1);
  });

  it('keeps small values beside a huge one', () => {
    const values = new Float64Array(1_000_001).fill(0.25);
    values[0] = 1e15;
    expect(moments(values).mean).toBe((1e15 + 250_000) / 1_000_001);
  });

  it('moves with its values and not with their order', () => {
    const list = fc.array(fc.integer({ min: -1e6, max: 1e6 }), { minLength: 2, maxLength: 50 });
    fc.assert(
      fc.property(list, fc.integer({ min: -1e6, max: 1e6 }), (values, by) => {
        const here = moments(Float64Array.from(values));
        const there = moments(Float64Array.from(values.toReversed(), (value) => value + by));
        expect(there.mean).toBeCloseTo(here.mean + by, 6);
        expect(there.stddev).toBeCloseTo(here.stddev as number, 6);
      }),
    );
  });
});
