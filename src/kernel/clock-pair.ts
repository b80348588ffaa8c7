import type { Missing } from './missing.ts';
import { errnoName, type Kernel } from './native.ts';

const CLOCK_REALTIME = 0;
const CLOCK_MONOTONIC = 1;
/** A pair of readings further apart than this says too little; the thread was interrupted between them. */
const MAX_WIDTH_NS = 10_000;
const TRIES = 3;

/**
 * The two clocks of the kernel, read together. Each is counted from a whole second of its own, so that nanoseconds stay
 * exact in a number. What is slewed is slewed on both, so that their difference changes only when wall time is set.
 */
export interface ClockPair {
  readonly realtimeBaseS: number;
  readonly monotonicBaseS: number;
  /** CLOCK_MONOTONIC of the last reading, after its base. */
  monotonicNs: number;
  /** CLOCK_REALTIME minus CLOCK_MONOTONIC, each after its base, at the last reading. */
  offsetNs: number;
  /** How far apart the readings were: the offset is off by at most half of it. */
  widthNs: number;
  /** Reads both; false, and nothing changes, when no reading was narrow enough. Allocates nothing. */
  read(): boolean;
}

/** Starts reading the clocks in pairs. */
export function pairClocks(kernel: Kernel): ClockPair | Missing {
  const words = new Uint32Array(4);
  const into = new Uint8Array(words.buffer);
  const read = (clock: number, baseS: number) =>
    kernel.clock_gettime(clock, into) === 0 ? timespecNs(words, baseS) : Number.NaN;
  if (kernel.clock_gettime(CLOCK_REALTIME, into) !== 0) return refused(kernel);
  const realtimeBaseS = timespecSeconds(words);
  if (kernel.clock_gettime(CLOCK_MONOTONIC, into) !== 0) return refused(kernel);
  const monotonicBaseS = timespecSeconds(words);
  const pair: ClockPair = {
    realtimeBaseS,
    monotonicBaseS,
    monotonicNs: 0,
    offsetNs: 0,
    widthNs: 0,
    read() {
      for (let tries = 0; tries < TRIES; tries += 1) {
        const before = read(CLOCK_MONOTONIC, monotonicBaseS);
        const realtime = read(CLOCK_REALTIME, realtimeBaseS);
        const after = read(CLOCK_MONOTONIC, monotonicBaseS);
        if (!(after - before <= MAX_WIDTH_NS)) continue;
        pair.monotonicNs = after;
        pair.offsetNs = realtime - (before + after) / 2;
        pair.widthNs = after - before;
        return true;
      }
      return false;
    },
  };
  return pair.read() ? pair : { missing: `two clock readings took more than ${MAX_WIDTH_NS / 1000} µs` };
}

/** The seconds of a struct timespec: 64 bits, little-endian. */
function timespecSeconds(words: Uint32Array): number {
  return (words[0] ?? 0) + (words[1] ?? 0) * 2 ** 32;
}

/** A struct timespec (seconds and nanoseconds of 64 bits each) in nanoseconds after a base. */
export function timespecNs(words: Uint32Array, baseS: number): number {
  return (timespecSeconds(words) - baseS) * 1e9 + (words[2] ?? 0);
}

function refused(kernel: Kernel): Missing {
  return { missing: `clock_gettime failed: ${errnoName(kernel.errno())}` };
}
