import type { Ns } from '../contract/records.ts';

const TRIES = 16;

/** Where a clock's 0 lies on CLOCK_MONOTONIC. */
export interface MonotonicOrigin {
  originNs: bigint;
  /** It is off by at most this. */
  errorNs: Ns;
}

/**
 * Where a clock's 0 lies on CLOCK_MONOTONIC: what the kernel's times are converted with. `now` is any clock that runs with
 * the monotonic one (performance.now does). Off by at most half of what reading two clocks takes, some 0.1 µs.
 */
export function monotonicOrigin(now: () => Ns): MonotonicOrigin {
  let originNs = 0n;
  let narrowest: bigint | undefined;
  for (let tries = 0; tries < TRIES; tries += 1) {
    const before = process.hrtime.bigint();
    const at = now();
    const width = process.hrtime.bigint() - before;
    if (narrowest !== undefined && width >= narrowest) continue;
    narrowest = width;
    originNs = before + width / 2n - BigInt(Math.round(at));
  }
  // The halves, and the clock's own reading, are rounded.
  return { originNs, errorNs: Math.ceil(Number(narrowest ?? 0n) / 2) + 1 };
}
