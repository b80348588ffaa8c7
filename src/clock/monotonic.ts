import type { Ns } from '../contract/records.ts';

/** A cell's clock: integer nanoseconds since its start, monotonic. */
export interface MonotonicClock {
  now(): Ns;
  /** The start on this thread's clock, `threadNow`. */
  origin: Ns;
  /** Wall time of the start, unix ns: for the calendar and for stamps that peers read, never for a duration. */
  startedUnixNs: bigint;
}

/** Monotonic time of this thread, ns since it began. Two threads, like two hosts, have nothing to do with each other. */
export function threadNow(): Ns {
  return Math.round(performance.now() * 1e6);
}

/**
 * Starts a clock at 0. `zeroUnixNs` is the wall time, unix ns, of this thread's 0: as exact as the caller knows it, for
 * stamps that peers read inherit its error. Without it, wall time is the calendar's, to a millisecond.
 */
export function startClock(zeroUnixNs?: bigint): MonotonicClock {
  const origin = threadNow();
  const startedUnixNs = zeroUnixNs === undefined ? BigInt(Date.now()) * 1_000_000n : zeroUnixNs + BigInt(origin);
  return { now: () => threadNow() - origin, origin, startedUnixNs };
}
