import { type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks';
import type { Json } from '../contract/json.ts';
import { bootHash } from '../kernel/boot-hash.ts';
import { type ClockOffset, clockStepNs, readClockOffset } from '../kernel/clock-offset.ts';
import { readClockState } from '../kernel/clock-state.ts';
import { isMissing, type Missing } from '../kernel/missing.ts';
import type { Kernel } from '../kernel/native.ts';
import { readThreadTimes, type ThreadTimes } from '../kernel/thread-times.ts';

const RESOLUTION_MS = 10;
/** A step of the wall clock is seen at the latest after this long, and at the end. */
const CLOCK_EVERY_MS = 500;

/** What is known of one activity's thread from its beginning on. */
export interface Vitals {
  /** The facts that go into its records, by name. */
  end(): Record<'lane' | 'clock', Json>;
}

/** Watches the thread while anything is measured on it: how late its loop was, whether it had a core, and its wall clock. */
export class LaneVitals {
  readonly #kernel: Kernel | Missing;
  readonly #spins: boolean;
  #watching = 0;
  #delay: IntervalHistogram | undefined;
  #clock: NodeJS.Timeout | undefined;
  /** Each step of the wall clock, forward positive, since watching began. */
  #steps: number[] = [];
  #offset: ClockOffset | undefined;

  constructor(kernel: Kernel | Missing, spins: boolean) {
    this.#kernel = kernel;
    this.#spins = spins;
  }

  begin(): Vitals {
    if (this.#watching === 0) this.#start();
    this.#watching += 1;
    const stepsBefore = this.#steps.length;
    const threadBefore = readThreadTimes();
    return {
      end: () => {
        this.#look();
        const facts = {
          lane: this.#lane(threadBefore),
          clock: this.#clockFact(this.#steps.slice(stepsBefore)),
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
    this.#steps = [];
    this.#offset = readClockOffset(this.#kernel);
    this.#clock = setInterval(() => this.#look(), CLOCK_EVERY_MS).unref();
  }

  #stop(): void {
    this.#delay?.disable();
    clearInterval(this.#clock);
  }

  #look(): void {
    const offset = readClockOffset(this.#kernel);
    const step = this.#offset === undefined ? null : clockStepNs(this.#offset, offset);
    if (step !== null) this.#steps.push(step);
    // Small differences are the readings' own; compared with the first one they do not add up.
    if (step !== null || this.#offset === undefined) this.#offset = offset;
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

  #clockFact(steps: number[]): Json {
    const state = isMissing(this.#kernel) ? this.#kernel : readClockState(this.#kernel);
    const boot = bootHash();
    const step = steps.reduce((largest, each) => (Math.abs(each) > Math.abs(largest) ? each : largest), 0);
    const common = { step_ns: step, boot: boot.value };
    if (isMissing(state))
      return {
        source: 'user',
        synchronised: null,
        max_error_ns: null,
        est_error_ns: null,
        ...common,
        why: state.missing,
      };
    const { synchronised, maxErrorNs, estErrorNs } = state;
    return { source: 'kernel', synchronised, max_error_ns: maxErrorNs, est_error_ns: estErrorNs, ...common };
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
