import type { Json } from '../contract/json.ts';
import { cpuCgroup } from '../kernel/cpu-cgroup.ts';
import { readCpuTimes } from '../kernel/cpu-times.ts';
import { readThrottledPeriods } from '../kernel/usable-cores.ts';
import { type LoadReading, type LoadSpan, loadSpan } from './load-span.ts';

const EVERY_MS = 1000;
/** A reading is good for so long: its counters go by clock ticks of 10 ms. */
const FRESH_MS = 20;

/** One activity's watch: ended, it gives the fact `host_load`, null where the system does not tell. */
export interface Watched {
  end(): Json;
}

/**
 * Watches how busy this machine's cores are while anything is measured, from outside the threads that measure: how many
 * intervals of about a second were looked at, in how many of them a core was busy, robbed or stopped, and the means.
 */
export class HostLoad {
  readonly #read: () => LoadReading;
  readonly #watched = new Set<LoadSpan>();
  #timer: NodeJS.Timeout | undefined;
  #latest: LoadReading | undefined;

  constructor(read: () => LoadReading = reader()) {
    this.#read = read;
  }

  begin(): Watched {
    const span = loadSpan(this.#recent());
    if (this.#watched.size === 0) this.#timer = setInterval(() => this.#look(), EVERY_MS).unref();
    this.#watched.add(span);
    return {
      end: () => {
        this.#watched.delete(span);
        if (this.#watched.size === 0) clearInterval(this.#timer);
        return span.end(this.#recent());
      },
    };
  }

  #look(): void {
    this.#latest = this.#read();
    for (const span of this.#watched) span.look(this.#latest);
  }

  /** Of activities that begin or end together, however many, the system is asked once. */
  #recent(): LoadReading {
    if (this.#latest === undefined || performance.now() - this.#latest.atMs > FRESH_MS) this.#latest = this.#read();
    return this.#latest;
  }
}

function reader(): () => LoadReading {
  const cgroup = cpuCgroup();
  return () => ({ atMs: performance.now(), cpu: readCpuTimes(), throttled: readThrottledPeriods(cgroup) });
}
