import { pairClocks } from './clock-pair.ts';
import { isMissing, type Missing } from './missing.ts';
import type { Kernel } from './native.ts';

/** Date.now() cuts off the rest of the millisecond. */
const DATE_HALF_WIDTH_NS = 500_000;
/** Of so many readings of both clocks the narrowest is taken: the first ones are slow. */
const READINGS = 8;

/** CLOCK_REALTIME minus CLOCK_MONOTONIC. It changes when, and only when, wall time is set instead of slewed. */
export interface ClockOffset {
  /** Unix time of the monotonic clock's 0: too large for a number to hold it exactly. */
  offsetNs: bigint;
  /** It is off by at most this. */
  uncertaintyNs: number;
  by: 'clock_gettime' | 'Date.now';
}

/** Reads the offset: by the kernel to some 0.1 µs, without it from Date.now to half a millisecond. */
export function readClockOffset(kernel: Kernel | Missing): ClockOffset {
  const clocks = isMissing(kernel) ? kernel : pairClocks(kernel);
  if (isMissing(clocks)) return offsetByDate();
  const bases = BigInt(clocks.realtimeBaseS) - BigInt(clocks.monotonicBaseS);
  let { offsetNs, widthNs } = clocks;
  for (let readings = 1; readings < READINGS; readings += 1) {
    if (!clocks.read() || clocks.widthNs >= widthNs) continue;
    offsetNs = clocks.offsetNs;
    widthNs = clocks.widthNs;
  }
  return {
    offsetNs: bases * 1_000_000_000n + BigInt(Math.round(offsetNs)),
    uncertaintyNs: Math.ceil(widthNs / 2),
    by: 'clock_gettime',
  };
}

/** How far wall time was set between two readings, in ns, forward positive; null when not beyond what they can tell. */
export function clockStepNs(before: ClockOffset, after: ClockOffset): number | null {
  const step = Number(after.offsetNs - before.offsetNs);
  return Math.abs(step) > before.uncertaintyNs + after.uncertaintyNs ? step : null;
}

function offsetByDate(): ClockOffset {
  let offsetNs = 0n;
  let narrowest: bigint | undefined;
  for (let readings = 0; readings < READINGS; readings += 1) {
    const before = process.hrtime.bigint();
    const wall = BigInt(Date.now()) * 1_000_000n;
    const width = process.hrtime.bigint() - before;
    if (narrowest !== undefined && width >= narrowest) continue;
    narrowest = width;
    offsetNs = wall + BigInt(DATE_HALF_WIDTH_NS) - (before + width / 2n);
  }
  return {
    offsetNs,
    uncertaintyNs: DATE_HALF_WIDTH_NS + Math.ceil(Number(narrowest ?? 0n) / 2),
    by: 'Date.now',
  };
}
