import * as v from 'valibot';
import type { Json } from './json.ts';
import { seededUniform } from './random.ts';
import type { Ns } from './records.ts';
import { duration, rate, wholeNumber } from './units.ts';

/** How send times are spread: as a Poisson process (RFC 2330 §11.1), or evenly from a random start (RFC 3432). */
const SAMPLINGS = ['poisson', 'periodic'] as const;
type Sampling = (typeof SAMPLINGS)[number];

/** Option keys that every open-loop latency kind shares. Either `count` or `duration`; `rate` sends a second. */
export function scheduleEntries(defaults: { rate: string; timeout: string }) {
  return {
    count: v.optional(wholeNumber(1, 10_000_000)),
    duration: v.optional(duration({ min: 1e6, max: 7 * 86_400e9, words: 'from 1ms to 168h' })),
    rate: v.optional(rate({ max: 100_000, words: 'at most 100000/s' }), defaults.rate),
    timeout: v.optional(duration({ min: 1e6, max: 60e9, words: 'from 1ms to 1m' }), defaults.timeout),
    /** Poisson sampling cannot fall in step with what recurs on the path; periodic is what a voice stream does. */
    sampling: v.optional(v.picklist(SAMPLINGS, 'poisson or periodic'), 'poisson'),
  };
}

export interface Schedule {
  count?: number | undefined;
  /** ns */
  duration?: Ns | undefined;
  /** per second */
  rate: number;
  sampling: Sampling;
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

type Extent = Omit<Schedule, 'sampling'>;

/** How many sends the schedule has. */
export function plannedCount(schedule: Extent): number {
  if (schedule.count !== undefined) return schedule.count;
  const exact = ((schedule.duration ?? 0) * schedule.rate) / 1e9;
  // 11/min for 3m is 33 sends, though the product of these doubles is a little less.
  return Math.max(1, Math.floor(exact * (1 + 1e-12)));
}

/** The time from the schedule's start to its end; all sends are in it. */
export function scheduleNs(schedule: Extent): Ns {
  return Math.ceil((plannedCount(schedule) / schedule.rate) * 1e9);
}

/** What a plan is told of a schedule's samples. */
export function scheduledSamples(schedule: Extent): { count: number; spacingNs: Ns } {
  return { count: plannedCount(schedule), spacingNs: 1e9 / schedule.rate };
}

/** Intended send times from `start` on, in order: a pure function of the schedule and the cell's seed. */
export function intendedTimes(schedule: Schedule, start: Ns, seed: number): Generator<Ns> {
  return schedule.sampling === 'poisson' ? poissonTimes(schedule, start, seed) : periodicTimes(schedule, start, seed);
}

/** Evenly spaced from a start within the first interval; each computed afresh so that no rounding accumulates. */
function* periodicTimes(schedule: Schedule, start: Ns, seed: number): Generator<Ns> {
  const count = plannedCount(schedule);
  const phase = seededUniform(seed)();
  for (let i = 0; i < count; i += 1) yield start + Math.round(((i + phase) * 1e9) / schedule.rate);
}

/**
 * A Poisson process given that it has so many events in its window: they are then the order statistics of uniform times,
 * which are drawn one after another (the share of the rest up to the next is 1 − U^(1/left)). So the count and the end
 * are as planned, and the gaps are exponential but for the ends.
 */
function* poissonTimes(schedule: Schedule, start: Ns, seed: number): Generator<Ns> {
  const count = plannedCount(schedule);
  const window = (count / schedule.rate) * 1e9;
  const uniform = seededUniform(seed);
  let rest = 1;
  for (let left = count; left > 0; left -= 1) {
    // 1 − uniform is never 0.
    rest *= (1 - uniform()) ** (1 / left);
    yield start + Math.floor((1 - rest) * window);
  }
}
