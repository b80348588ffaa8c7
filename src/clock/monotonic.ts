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

/** Starts a clock at 0. */
export function startClock(): MonotonicClock {
  const origin = threadNow();
  return { now: () => threadNow() - origin, origin, startedUnixNs: unixNow() };
}

/** A wall clock may be set while a thread runs; the thread's own start does not show that. */
const STEPPED_MS = 2;

/** Wall time to the microsecond, unix ns: Date.now() alone is a millisecond coarse. */
function unixNow(): bigint {
  const fine = performance.timeOrigin + performance.now();
  const coarse = Date.now();
  const ms = Math.abs(fine - coarse) > STEPPED_MS ? coarse : fine;
  return BigInt(Math.round(ms * 1e3)) * 1000n;
}
