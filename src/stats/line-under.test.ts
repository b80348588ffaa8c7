import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { slopeUnder } from './line-under.ts';

const LOST = Infinity;

/** The least sum of distances of a line under all points: it goes through two of them, so all pairs are tried. */
function leastSum(points: [number, number][]): number {
  const sums = points.flatMap(([t, d], i) =>
    points.slice(i + 1).map(([u, e]) => {
      if (u === t) return Infinity;
      const slope = (e - d) / (u - t);
      return sumUnder(points, slope, d - slope * t);
    }),
  );
  return Math.min(...sums);
}

function sumUnder(points: [number, number][], slope: number, offset: number): number {
  const gaps = points.map(([t, d]) => d - offset - slope * t);
  return Math.min(...gaps) < -1e-6 ? Infinity : gaps.reduce((a, b) => a + b, 0);
}

function slopeOf(points: [number, number][], least?: number): number | undefined {
  const of = (k: 0 | 1) => Float64Array.from(points, (point) => point[k]);
  return slopeUnder(of(0), of(1), least);
}

describe('the line under all points', () => {
  it('is the line itself when they are on one', () => {
    expect(
      slopeOf([
        [0, 7],
        [10, 9],
        [20, 11],
      ]),
    ).toBeCloseTo(0.2, 12);
  });

  it('goes under what queued', () => {
    // By hand: slope 0.1 from 5; what is above it does not count.
    const points: [number, number][] = [
      [0, 5],
      [10, 60],
      [20, 7],
      [30, 9],
      [40, 9],
      [50, 99],
    ];
    expect(slopeOf(points)).toBeCloseTo(0.1, 12);
  });

  it('has the least sum of distances of all lines under the points', () => {
    const point = fc.tuple(fc.integer({ min: 0, max: 1000 }), fc.integer({ min: -500, max: 500 }));
    fc.assert(
      fc.property(fc.array(point, { minLength: 2, maxLength: 25 }), (given) => {
        const points = given.toSorted(([t], [u]) => t - u);
        const slope = slopeOf(points);
        if (slope === undefined) {
          expect(new Set(points.map(([t]) => t)).size).toBe(1);
          return;
        }
        const offset = Math.min(...points.map(([t, d]) => d - slope * t));
        expect(sumUnder(points, slope, offset)).toBeCloseTo(leastSum(points), 5);
      }),
    );
  });

  it('passes over what is lost, unknown or before its time', () => {
    const points: [number, number][] = [
      [0, 0],
      [10, LOST],
      [20, 2],
      [5, -50],
      [Number.NaN, -9],
      [30, Number.NaN],
      [40, 4],
    ];
    expect(slopeOf(points)).toBeCloseTo(0.1, 12);
  });

  it('is undefined for too few points, or one time', () => {
    expect(slopeOf([])).toBeUndefined();
    expect(slopeOf([[0, 1]])).toBeUndefined();
    expect(
      slopeOf([
        [5, 1],
        [5, 2],
      ]),
    ).toBeUndefined();
    expect(
      slopeOf(
        [
          [0, 1],
          [1, 2],
          [2, LOST],
        ],
        3,
      ),
    ).toBeUndefined();
  });

  it('keeps its digits over a week of nanoseconds', () => {
    const week = 7 * 86_400e9;
    const points = Array.from({ length: 1000 }, (_, i): [number, number] => {
      const t = 1e15 + (i * week) / 1000;
      return [t, Math.round(4e12 + 50e-6 * t)];
    });
    expect((slopeOf(points) ?? 0) * 1e6).toBeCloseTo(50, 6);
  });
});
