import type { Ns } from '../contract/records.ts';
import { type ClockOffset, clockStepNs, readClockOffset } from './clock-offset.ts';
import type { Missing } from './missing.ts';
import { monotonicOrigin } from './monotonic-origin.ts';
import type { Kernel } from './native.ts';

/** A difference as small as this is taken for the readings' own: processors' counters need not agree to the nanosecond. */
const LEAST_STEP_NS = 1000;

/** The wall time of a clock that runs with CLOCK_MONOTONIC: what stamps for peers are made with. */
export interface WallTime {
  /**
   * Unix time in ns of that clock's 0. It stays as it was first read until wall time is set: on Linux slewing moves both
   * clocks alike, so reading it again would only add what readings are off by.
   */
  zeroNs: bigint;
  /** By how much it may be off the machine's wall clock, by all readings since that one. */
  errorNs: Ns;
  /**
   * Reads the clocks again: by how much wall time was set, in ns, forward positive; null when by no more than readings may
   * be off, which `errorNs` then has in it.
   */
  look(): number | null;
}

/** Follows the wall time of a clock: by the kernel to well below a microsecond, without it to 1.5 ms. */
export function wallTime(kernel: Kernel | Missing, now: () => Ns): WallTime {
  const origin = monotonicOrigin(now);
  let first = readClockOffset(kernel);
  const wall: WallTime = {
    ...told(first),
    look() {
      const offset = readClockOffset(kernel);
      const step = clockStepNs(first, offset);
      if (step !== null && Math.abs(step) > LEAST_STEP_NS) {
        first = offset;
        Object.assign(wall, told(first));
        return step;
      }
      // The true difference is within this reading's own error of it: only so far is the first one known to hold.
      const off = Math.abs(Number(offset.offsetNs - first.offsetNs)) + offset.uncertaintyNs + origin.errorNs;
      wall.errorNs = Math.max(wall.errorNs, off);
      return null;
    },
  };
  return wall;

  function told({ offsetNs, uncertaintyNs }: ClockOffset): Pick<WallTime, 'zeroNs' | 'errorNs'> {
    return { zeroNs: offsetNs + origin.originNs, errorNs: uncertaintyNs + origin.errorNs };
  }
}
