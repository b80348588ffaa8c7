import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { holm } from './holm.ts';

describe('Holm’s correction', () => {
  it('multiplies each by how many are left, and never falls', () => {
    // By hand: 0.01·4, 0.02·3, then 0.03·2 = 0.06, then 0.04·1, which is not below the one before it.
    expect(holm([0.04, 0.01, 0.03, 0.02], 4).map((p) => Number(p.toFixed(9)))).toEqual([0.06, 0.04, 0.06, 0.06]);
  });

  it('leaves a single test as it is', () => {
    expect(holm([0.03], 1)).toEqual([0.03]);
  });

  it('counts tests that were not made', () => {
    expect(holm([0.03], 3)).toEqual([0.09]);
  });

  it('is never smaller than the p-value, nor larger than 1, and keeps their order', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1 }), (pValues) => {
        const corrected = holm(pValues, pValues.length);
        pValues.forEach((p, i) => {
          expect(corrected[i]).toBeGreaterThanOrEqual(p);
          expect(corrected[i]).toBeLessThanOrEqual(1);
          pValues.forEach((q, j) => {
            if (p < q) expect(corrected[i]).toBeLessThanOrEqual(corrected[j] as number);
          });
        });
      }),
    );
  });
});
