import { type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks';
import type { Json } from '../contract/json.ts';
import { isMissing, type Missing } from '../kernel/missing.ts';
import type { Kernel } from '../kernel/native.ts';
import { readThreadTimes, type ThreadTimes } from '../kernel/thread-times.ts';
import { ClockWatch } from './clock-watch.ts';

const RESOLUTION_MS = 10;
/** A step of the wall clock is seen at the latest after this long, and at the end. */
const CLOCK_EVERY_MS = 500;

/** What is known of one activity's thread from its beginning on. */
export interface Vitals {
  /** Unix time, ns, of this thread's 0: what the activity's stamps are made with. */
  zeroUnixNs: bigint;
  /** The facts that go into its records, by name. */
  end(): Record<'lane' | 'clock', Json>;
}

/** Watches the thread while anything is measured on it: how late its loop was, whether it had a core, and its wall clock. */
export class LaneVitals {
  readonly #kernel: Kernel | Missing;
  readonly #spins: boolean;
  #watching = 0;
  #delay: IntervalHistogram | undefined;
  readonly #clock: ClockWatch;
  #looking: NodeJS.Timeout | undefined;

  constructor(kernel: Kernel | Missing, spins: boolean) {
    this.#kernel = kernel;
    this.#clock = new ClockWatch(kernel);
    this.#spins = spins;
  }

  begin(): Vitals {
    if (this.#watching === 0) this.#start();
    this.#watching += 1;
    const clock = this.#clock.begin();
    const threadBefore = readThreadTimes();
    return {
      zeroUnixNs: clock.zeroUnixNs,
      end: () => {
        const facts = {
          lane: this.#lane(threadBefore),
          clock: { ...clock.end(), user_stamp_late_ns: userStampLateNs(this.#delay) },
        };
        this.#watching -= 1;
        if (this.#watching === 0) this.#stop();
        return facts;
      },
    };
  }

  #start(): void {
    this.#delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
    this.#delay.enable();
    this.#looking = setInterval(() => this.#clock.look(), CLOCK_EVERY_MS).unref();
  }

  #stop(): void {
    this.#delay?.disable();
    clearInterval(this.#looking);
  }

  #lane(before: ThreadTimes | Missing): Json {
    const after = readThreadTimes();
    const known = !isMissing(before) && !isMissing(after);
    return {
      kernel: isMissing(this.#kernel) ? { missing: this.#kernel.missing } : 'yes',
      spins: this.#spins,
      loop_delay_ns: delayOf(this.#delay),
      run_ns: known ? after.runNs - before.runNs : null,
      wait_ns: known ? after.waitNs - before.waitNs : null,
    };
  }
}

/** How late timers of the loop were, beyond the interval that is asked for. */
function delayOf(histogram: IntervalHistogram | undefined): Json {
  if (histogram === undefined || histogram.count === 0) return null;
  const beyond = (ns: number) => Math.max(0, Math.round(ns - RESOLUTION_MS * 1e6));
  return {
    n: histogram.count,
    p50: beyond(histogram.percentile(50)),
    p99: beyond(histogram.percentile(99)),
    max: beyond(histogram.max),
  };
}

/**
 * By how much this process's receive stamps may be later than the packets, in ns; null: not measured. No timer of the
 * loop was later than the largest delay, but a hold-up that began just after one of them shows less by up to the interval.
 */
function userStampLateNs(histogram: IntervalHistogram | undefined): number | null {
  if (histogram === undefined || histogram.count === 0) return null;
  return Math.max(histogram.max, RESOLUTION_MS * 1e6);
}
