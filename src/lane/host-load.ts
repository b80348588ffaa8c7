import type { Json } from '../contract/json.ts';
import { type CpuTimes, cpuUse, readCpuTimes } from '../kernel/cpu-times.ts';
import { isMissing, type Missing } from '../kernel/missing.ts';

const EVERY_MS = 1000;
/** A core that has less time left than this may have been what held a figure back. */
const BUSY_RATIO = 0.85;
/** Time that a hypervisor took for others. */
const STEAL_RATIO = 0.02;

/** One interval of about a second. */
interface Interval {
  worst: number;
  busy: number;
  softirq: number;
  steal: number;
}

/** One activity's watch: ended, it gives the fact `host_load`, null where the system does not tell. */
export interface Watched {
  end(): Json;
}

/**
 * Watches how busy this machine's cores are while anything is measured, from outside the threads that measure: how many
 * intervals were looked at, in how many of them a core was busy or robbed, and the means.
 */
export class HostLoad {
  #watching = 0;
  #intervals: Interval[] = [];
  #timer: NodeJS.Timeout | undefined;
  #last = readCpuTimes();

  begin(): Watched {
    if (this.#watching === 0) {
      this.#intervals = [];
      this.#last = readCpuTimes();
      this.#timer = setInterval(() => this.#look(), EVERY_MS).unref();
    }
    this.#watching += 1;
    const from = this.#intervals.length;
    return {
      end: () => {
        this.#look();
        const fact = loadFact(this.#intervals.slice(from));
        this.#watching -= 1;
        if (this.#watching === 0) clearInterval(this.#timer);
        return fact;
      },
    };
  }

  #look(): void {
    const now = readCpuTimes();
    const interval = intervalOf(this.#last, now);
    // Readings that are too close to each other tell nothing: the clock tick of these counters is 10 ms.
    if (interval === undefined) return;
    this.#intervals.push(interval);
    this.#last = now;
  }
}

function intervalOf(before: CpuTimes | Missing, after: CpuTimes | Missing): Interval | undefined {
  if (isMissing(before) || isMissing(after)) return undefined;
  const use = cpuUse(before, after);
  if (isMissing(use)) return undefined;
  const { total, worst } = use;
  return { worst: 1 - worst.idle, busy: 1 - total.idle, softirq: total.softirq, steal: total.steal };
}

/** The fact for these intervals. */
export function loadFact(intervals: readonly Interval[]): Json {
  if (intervals.length === 0) return null;
  const mean = (of: (interval: Interval) => number) =>
    Number((intervals.reduce((sum, interval) => sum + of(interval), 0) / intervals.length).toFixed(4));
  return {
    intervals: intervals.length,
    busy_intervals: intervals.filter(({ worst }) => worst >= BUSY_RATIO).length,
    steal_intervals: intervals.filter(({ steal }) => steal >= STEAL_RATIO).length,
    worst_core_ratio: mean(({ worst }) => worst),
    busy_ratio: mean(({ busy }) => busy),
    softirq_ratio: mean(({ softirq }) => softirq),
    steal_ratio: mean(({ steal }) => steal),
  };
}
