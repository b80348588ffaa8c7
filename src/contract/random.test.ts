import { describe, expect, test } from 'vitest';
import { seededUniform } from './random.ts';

function draws(seed: number, n: number): number[] {
  const next = seededUniform(seed);
  return Array.from({ length: n }, () => next());
}

describe('seeded uniform numbers', () => {
  test('are the same for the same seed and others for another, in the low and the high half', () => {
    expect(draws(7, 5)).toEqual(draws(7, 5));
    expect(draws(7, 5)).not.toEqual(draws(8, 5));
    expect(draws(7, 5)).not.toEqual(draws(7 + 2 ** 32, 5));
  });

  test('stay the same from release to release: recorded schedules depend on them', () => {
    expect(draws(1, 3)).toMatchInlineSnapshot(`
      [
        0.5686059963782152,
        0.8893939367239411,
        0.4705824113877882,
      ]
    `);
  });

  // Chi-squared over 100 cells, 99 degrees of freedom: below 149 in 99.9% of all seeds (table value 148.23).
  test.each([0, 1, 2, 281_474_976_710_655])('fill [0, 1) evenly, seed %i', (seed) => {
    const n = 100_000;
    const cells = new Array<number>(100).fill(0);
    let lag1 = 0;
    let previous = 0.5;
    for (const u of draws(seed, n)) {
      expect(u >= 0 && u < 1).toBe(true);
      cells[Math.floor(u * 100)] = (cells[Math.floor(u * 100)] ?? 0) + 1;
      lag1 += (u - 0.5) * (previous - 0.5);
      previous = u;
    }
    const chi = cells.reduce((sum, count) => sum + (count - n / 100) ** 2 / (n / 100), 0);
    expect(chi).toBeLessThan(149);
    // Correlation of neighbours: standard error 1/sqrt(n) = 0.0032 of the variance 1/12.
    expect(Math.abs((lag1 / n) * 12)).toBeLessThan(0.013);
  });
});
