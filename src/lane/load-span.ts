import { INSTRUMENT_LIMITS } from '../contract/instrument.ts';
import type { Json } from '../contract/json.ts';
import { type CpuTimes, cpuUse } from '../kernel/cpu-times.ts';
import { isMissing, type Missing } from '../kernel/missing.ts';

/** Intervals are at least so long where there is room for it: by ticks of 10 ms, a brief one is all busy or all idle. */
const LEAST_MS = 500;

/** What the system said at one moment. */
export interface LoadReading {
  atMs: number;
  cpu: CpuTimes | Missing;
  /** In how many periods a quota has stopped this process so far. */
  throttled: number | Missing;
}

/** What one activity is told of the load while it lasts. */
export interface LoadSpan {
  look(now: LoadReading): void;
  /** The fact `host_load`; null where the system does not tell. */
  end(now: LoadReading): Json;
}

/** Shares of an interval's time. */
interface LoadInterval {
  ms: number;
  worst: number;
  busy: number;
  softirq: number;
  steal: number;
  /** Null where that is not counted. */
  throttled: boolean | null;
}

/** Cuts an activity into intervals at the readings that come, from its beginning to its end and no further. */
export function loadSpan(first: LoadReading): LoadSpan {
  const sum = loadSum();
  // The interval between these two may still become longer.
  let [from, to] = [first, first];
  return {
    look(now) {
      if (now.atMs - to.atMs < LEAST_MS) return;
      sum.add(intervalOf(from, to));
      [from, to] = [to, now];
    },
    end(now) {
      const brief = now.atMs - to.atMs < LEAST_MS;
      if (!brief) sum.add(intervalOf(from, to));
      sum.add(intervalOf(brief ? from : to, now));
      return sum.fact();
    },
  };
}

/** Undefined where the system does not tell, or no clock tick passed. */
function intervalOf(before: LoadReading, after: LoadReading): LoadInterval | undefined {
  if (isMissing(before.cpu) || isMissing(after.cpu)) return undefined;
  const use = cpuUse(before.cpu, after.cpu);
  if (isMissing(use)) return undefined;
  const { total, worst } = use;
  const known = typeof before.throttled === 'number' && typeof after.throttled === 'number';
  return {
    ms: after.atMs - before.atMs,
    worst: 1 - worst.idle,
    busy: 1 - total.idle,
    softirq: total.softirq,
    steal: total.steal,
    throttled: known ? after.throttled > before.throttled : null,
  };
}

/** Adds intervals up, however long it takes. */
function loadSum() {
  const count = { intervals: 0, busy: 0, steal: 0, throttled: 0, throttledKnown: 0 };
  const sums = { ms: 0, worst: 0, busy: 0, softirq: 0, steal: 0 };
  const mean = (key: keyof typeof sums) => Number((sums[key] / sums.ms).toFixed(4));
  return {
    add(interval: LoadInterval | undefined): void {
      if (interval === undefined) return;
      const { ms, throttled } = interval;
      count.intervals += 1;
      count.busy += interval.worst >= INSTRUMENT_LIMITS.busyRatio ? 1 : 0;
      count.steal += interval.steal >= INSTRUMENT_LIMITS.stealRatio ? 1 : 0;
      count.throttledKnown += throttled === null ? 0 : 1;
      count.throttled += throttled === true ? 1 : 0;
      sums.ms += ms;
      for (const key of ['worst', 'busy', 'softirq', 'steal'] as const) sums[key] += interval[key] * ms;
    },
    fact(): Json {
      if (count.intervals === 0 || sums.ms === 0) return null;
      return {
        intervals: count.intervals,
        busy_intervals: count.busy,
        steal_intervals: count.steal,
        throttled_intervals: count.throttledKnown === count.intervals ? count.throttled : null,
        worst_core_ratio: mean('worst'),
        busy_ratio: mean('busy'),
        softirq_ratio: mean('softirq'),
        steal_ratio: mean('steal'),
      };
    },
  };
}
