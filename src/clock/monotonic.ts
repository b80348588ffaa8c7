import type { Ns } from '../contract/records.ts';

/** A cell's clock: integer nanoseconds since its start, monotonic. */
export interface MonotonicClock {
  now(): Ns;
  /** Wall time of the start, unix ns as text: for the calendar only, never for a duration. */
  startedUnixNs: string;
}

/** Starts a clock at 0. Two clocks (two threads, two hosts) have nothing to do with each other. */
export function startClock(): MonotonicClock {
  const origin = performance.now();
  return {
    now: () => Math.round((performance.now() - origin) * 1e6),
    startedUnixNs: String(BigInt(Date.now()) * 1_000_000n),
  };
}
