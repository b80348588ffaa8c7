import * as v from 'valibot';
import type { Json } from './json.ts';
import type { Ns } from './records.ts';
import { duration, rate, wholeNumber } from './units.ts';

/** Option keys that every open-loop latency kind shares. Either `count` or `duration`; `rate` sends a second. */
export function scheduleEntries(defaults: { rate: string; timeout: string }) {
  return {
    count: v.optional(wholeNumber(1, 10_000_000)),
    duration: v.optional(duration({ min: 1e6, max: 7 * 86_400e9, words: 'from 1ms to 168h' })),
    rate: v.optional(rate({ max: 100_000, words: 'at most 100000/s' }), defaults.rate),
    timeout: v.optional(duration({ min: 1e6, max: 60e9, words: 'from 1ms to 1m' }), defaults.timeout),
  };
}

export interface Schedule {
  count?: number | undefined;
  /** ns */
  duration?: Ns | undefined;
  /** per second */
  rate: number;
}

/** What stands in for `count` and `duration` when neither is given. */
export function fillSchedule(given: Record<string, Json>, fallback: Record<string, Json>): Record<string, Json> {
  return given['count'] === undefined && given['duration'] === undefined ? fallback : {};
}

/** The check that not both of `count` and `duration` are given. */
export function notBoth(options: { count?: unknown; duration?: unknown }): boolean {
  return options.count === undefined || options.duration === undefined;
}
export const NOT_BOTH = 'either count or duration, not both';

/** How many sends the schedule has. */
export function plannedCount(schedule: Schedule): number {
  if (schedule.count !== undefined) return schedule.count;
  const exact = ((schedule.duration ?? 0) * schedule.rate) / 1e9;
  // 11/min for 3m is 33 sends, though the product of these doubles is a little less.
  return Math.max(1, Math.floor(exact * (1 + 1e-12)));
}

/** The time from the first intended send to the end of the last interval. */
export function scheduleNs(schedule: Schedule): Ns {
  return Math.ceil((plannedCount(schedule) / schedule.rate) * 1e9);
}

/** Periodic intended send times from `start` on (RFC 3432), each computed afresh so that no rounding accumulates. */
export function* intendedTimes(schedule: Schedule, start: Ns): Generator<Ns> {
  const count = plannedCount(schedule);
  for (let i = 0; i < count; i += 1) yield start + Math.round((i * 1e9) / schedule.rate);
}
