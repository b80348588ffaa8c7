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
    expect(options.effective({})).toEqual({ count: 100, rate: '10/s', timeout: '2s' });
    expect(options.effective({ duration: '5s' })).toEqual({ duration: '5s', rate: '10/s', timeout: '2s' });
  });

  test('refuse both count and duration', () => {
    expect(options.parse({ count: 1, duration: '1s' })).toMatchObject({ ok: false, issues: [{ expected: NOT_BOTH }] });
  });
});

const anySchedule = fc.record({
  count: fc.integer({ min: 1, max: 500 }),
  rate: fc.double({ min: 0.01, max: 100_000, noNaN: true }),
});

describe('intended times', () => {
  test('are as many as planned and never decrease', () => {
    fc.assert(
      fc.property(anySchedule, fc.nat(), (schedule, start) => {
        const times = [...intendedTimes(schedule, start)];
        expect(times).toHaveLength(plannedCount(schedule));
        expect(times[0]).toBe(start);
        for (const [i, at] of times.entries()) expect(at).toBeGreaterThanOrEqual(times[i - 1] ?? start);
        expect(times.at(-1)).toBeLessThanOrEqual(start + scheduleNs(schedule));
      }),
    );
  });

  test('do not drift: the last of a million at 3/s is where it should be', () => {
    let last = 0;
    for (const at of intendedTimes({ count: 1_000_000, rate: 3 }, 0)) last = at;
    expect(last).toBe(Math.round((999_999 * 1e9) / 3));
  });

  test('are whole nanoseconds', () => {
    for (const at of intendedTimes({ count: 10, rate: 7 }, 5)) expect(Number.isInteger(at)).toBe(true);
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
