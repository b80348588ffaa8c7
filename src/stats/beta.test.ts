import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { incompleteBeta } from './beta.ts';

const shape = fc.double({ min: 0.5, max: 1e6, noNaN: true });
const unit = fc.double({ min: 0, max: 1, noNaN: true });

describe('the incomplete beta function', () => {
  it.each([
    // I_x(1, b) = 1 − (1 − x)^b and I_x(a, 1) = x^a.
    [1, 5, 0.25, 1 - 0.75 ** 5],
    [3.5, 1, 0.25, 0.25 ** 3.5],
    [2, 2, 0.5, 0.5],
    // I_x(1/2, 1/2) = 2/π asin √x
    [0.5, 0.5, 0.1, (2 / Math.PI) * Math.asin(Math.sqrt(0.1))],
    // I_x(2, 3) = 6x² − 8x³ + 3x⁴
    [2, 3, 0.3, 6 * 0.09 - 8 * 0.027 + 3 * 0.0081],
  ])('has its closed form at a=%d b=%d x=%d', (a, b, x, expected) => {
    expect(incompleteBeta(a, b, x, 1 - x)).toBeCloseTo(expected, 13);
  });

  it('is 0 at 0 and 1 at 1', () => {
    expect(incompleteBeta(3, 4, 0, 1)).toBe(0);
    expect(incompleteBeta(3, 4, 1, 0)).toBe(1);
  });

  it('is a probability', () => {
    fc.assert(
      fc.property(shape, shape, unit, (a, b, x) => {
        const value = incompleteBeta(a, b, x, 1 - x);
        expect(value).toBeGreaterThanOrEqual(-1e-12);
        expect(value).toBeLessThanOrEqual(1 + 1e-12);
      }),
    );
  });

  it('is its own mirror image', () => {
    fc.assert(
      fc.property(shape, shape, unit, (a, b, x) => {
        expect(incompleteBeta(a, b, x, 1 - x) + incompleteBeta(b, a, 1 - x, x)).toBeCloseTo(1, 11);
      }),
    );
  });

  it('refuses what is outside its domain', () => {
    expect(() => incompleteBeta(0, 1, 0.5, 0.5)).toThrow(expect.objectContaining({ code: 'NETPROBE_INTERNAL' }));
    expect(() => incompleteBeta(1, 1, Number.NaN, 0.5)).toThrow(expect.objectContaining({ code: 'NETPROBE_INTERNAL' }));
  });
});
