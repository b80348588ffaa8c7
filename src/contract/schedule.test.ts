import fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { defineOptions } from './options.ts';
import {
  fillSchedule,
  intendedTimes,
  NOT_BOTH,
  notBoth,
  plannedCount,
  scheduleEntries,
  scheduleNs,
} from './schedule.ts';
import { parseRate } from './units.ts';

const options = defineOptions(
  v.pipe(
    v.strictObject(scheduleEntries({ rate: '10/s', timeout: '2s' })),
    v.check((given) => notBoth(given), NOT_BOTH),
  ),
  (given) => fillSchedule(given, { count: 100 }),
);

describe('schedule options', () => {
  test('fill in a count when neither count nor duration is given', () => {
    expect(options.effective({})).toEqual({ sampling: 'poisson', count: 100, rate: '10/s', timeout: '2s' });
    expect(options.effective({ duration: '5s' })).toEqual({
      sampling: 'poisson',
      duration: '5s',
      rate: '10/s',
      timeout: '2s',
    });
  });

  test('refuse both count and duration', () => {
    expect(options.parse({ count: 1, duration: '1s' })).toMatchObject({ ok: false, issues: [{ expected: NOT_BOTH }] });
  });
});

const anySchedule = fc.record({
  count: fc.integer({ min: 1, max: 500 }),
  rate: fc.double({ min: 0.01, max: 100_000, noNaN: true }),
  sampling: fc.constantFrom('poisson' as const, 'periodic' as const),
});

describe('intended times', () => {
  test('are as many as planned, whole, never decrease, and lie in the schedule', () => {
    fc.assert(
      fc.property(anySchedule, fc.nat(), fc.maxSafeNat(), (schedule, start, seed) => {
        const times = [...intendedTimes(schedule, start, seed)];
        expect(times).toHaveLength(plannedCount(schedule));
        for (const [i, at] of times.entries()) {
          expect(Number.isInteger(at)).toBe(true);
          expect(at).toBeGreaterThanOrEqual(times[i - 1] ?? start);
        }
        expect(times.at(-1)).toBeLessThanOrEqual(start + scheduleNs(schedule));
        expect([...intendedTimes(schedule, start, seed)]).toEqual(times);
      }),
    );
  });

  test('are other ones for another seed', () => {
    for (const sampling of ['poisson', 'periodic'] as const) {
      const schedule = { count: 5, rate: 10, sampling };
      expect([...intendedTimes(schedule, 0, 1)]).not.toEqual([...intendedTimes(schedule, 0, 2)]);
    }
  });

  test('periodic: evenly apart from a start within the first interval, the millionth where it should be', () => {
    const times = [...intendedTimes({ count: 1_000_000, rate: 3, sampling: 'periodic' }, 0, 9)];
    const first = times[0] as number;
    expect(first).toBeGreaterThanOrEqual(0);
    expect(first).toBeLessThan(1e9 / 3);
    expect(Math.abs((times.at(-1) as number) - first - (999_999 * 1e9) / 3)).toBeLessThanOrEqual(1);
  });

  // Gaps of a Poisson process are exponential: their mean is 1/rate, their standard deviation the same, and a share of
  // exp(-1) is longer than the mean. Counts per second have a variance equal to their mean.
  test('poisson: gaps are exponential and counts as dispersed as they should be', () => {
    const rate = 100;
    const seconds = 2000;
    const times = [...intendedTimes({ duration: seconds * 1e9, rate, sampling: 'poisson' }, 0, 5)];
    const gaps = times.slice(1).map((at, i) => (at - (times[i] as number)) / 1e9);
    const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
    const sd = Math.sqrt(gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / gaps.length);
    expect(Math.abs(mean * rate - 1)).toBeLessThan(0.01);
    expect(Math.abs(sd / mean - 1)).toBeLessThan(0.01);
    const long = gaps.filter((gap) => gap > mean).length / gaps.length;
    expect(Math.abs(long - Math.exp(-1))).toBeLessThan(0.005);
    const perSecond = new Array<number>(seconds).fill(0);
    for (const at of times) perSecond[Math.floor(at / 1e9)] = (perSecond[Math.floor(at / 1e9)] ?? 0) + 1;
    const variance = perSecond.reduce((sum, count) => sum + (count - rate) ** 2, 0) / seconds;
    // Standard error of the ratio: sqrt(2/2000) = 0.032.
    expect(Math.abs(variance / rate - 1)).toBeLessThan(0.13);
  });
});

describe('planned count', () => {
  test('is the duration times the rate, and at least one', () => {
    expect(plannedCount({ duration: 10e9, rate: 100 })).toBe(1000);
    expect(plannedCount({ duration: 1e6, rate: 1 })).toBe(1);
  });

  test('loses none to rounding: so many a minute for so many minutes is their product', () => {
    const range = { min: 1, max: 600 };
    fc.assert(
      fc.property(fc.integer(range), fc.integer(range), (perMinute, minutes) => {
        const rate = parseRate(`${perMinute}/min`) ?? Number.NaN;
        expect(plannedCount({ duration: minutes * 60e9, rate })).toBe(perMinute * minutes);
      }),
    );
  });
});
