import { threadNow } from '../clock/monotonic.ts';
import type { Json } from '../contract/json.ts';
import { bootHash } from '../kernel/boot-hash.ts';
import { type ClockState, readClockState } from '../kernel/clock-state.ts';
import { isMissing, type Missing } from '../kernel/missing.ts';
import type { Kernel } from '../kernel/native.ts';
import { type WallTime, wallTime } from '../kernel/wall-time.ts';

/** What was seen of the wall clock since an activity began. */
interface Seen {
  /** How far the wall clock has been set since it began, forward positive. */
  offNs: number;
  /** The farthest that it has been; 0: it was not set. */
  stepNs: number;
  /** The worst that the system has said of the clock. */
  state: ClockState | Missing;
}

/** What one activity's stamps and records are told of the wall clock. */
export interface ClockSight {
  /** Unix time, ns, of this thread's 0 when the activity began: its stamps are made with it to the end. */
  zeroUnixNs: bigint;
  /** Looks for the last time. */
  end(): { [key: string]: Json };
}

/** Watches this thread's wall clock for the activities that use it. */
export class ClockWatch {
  readonly #kernel: Kernel | Missing;
  readonly #watchers = new Set<Seen>();
  #wall: WallTime | undefined;

  constructor(kernel: Kernel | Missing) {
    this.#kernel = kernel;
  }

  begin(): ClockSight {
    // What was set before the activity began is not its step. Nobody watching: what was known is out of date.
    if (this.#watchers.size > 0) this.look();
    else this.#wall = undefined;
    this.#wall ??= wallTime(this.#kernel, threadNow);
    const { zeroNs: zeroUnixNs } = this.#wall;
    const seen: Seen = { offNs: 0, stepNs: 0, state: this.#state() };
    this.#watchers.add(seen);
    return {
      zeroUnixNs,
      end: () => {
        this.look();
        this.#watchers.delete(seen);
        return clockFact(seen, this.#wall?.errorNs ?? null);
      },
    };
  }

  /** To be called again and again while anybody watches: a step shows at the next look. */
  look(): void {
    const step = this.#wall?.look() ?? 0;
    const state = this.#state();
    for (const seen of this.#watchers) {
      // Small ones add up: what counts is how far off the clock ever was from where it began.
      seen.offNs += step;
      if (Math.abs(seen.offNs) > Math.abs(seen.stepNs)) seen.stepNs = seen.offNs;
      seen.state = worse(seen.state, state);
    }
  }

  #state(): ClockState | Missing {
    return isMissing(this.#kernel) ? this.#kernel : readClockState(this.#kernel);
  }
}

/** What held throughout, of two states of a clock. */
function worse(one: ClockState | Missing, other: ClockState | Missing): ClockState | Missing {
  if (isMissing(one) || isMissing(other)) return isMissing(one) ? one : other;
  return {
    ...other,
    synchronised: one.synchronised && other.synchronised,
    maxErrorNs: Math.max(one.maxErrorNs, other.maxErrorNs),
    // An estimate of 0 is none.
    estErrorNs: Math.min(one.estErrorNs, other.estErrorNs),
  };
}

function clockFact({ stepNs, state }: Seen, pairErrorNs: number | null): { [key: string]: Json } {
  const common = { step_ns: stepNs, pair_error_ns: pairErrorNs, boot: bootHash().value };
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
