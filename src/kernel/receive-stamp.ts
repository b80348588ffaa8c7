import type { Ns } from '../contract/records.ts';
import { pairClocks, timespecNs } from './clock-pair.ts';
import { isMissing, type Missing } from './missing.ts';
import { errnoName, type Kernel } from './native.ts';

/** Gives a struct timespec with 64-bit seconds on every 64-bit system. */
const SIOCGSTAMPNS = 0x8907;
const ENOENT = 2;
/** A packet that lay longer than this in the socket is not trusted, nor is any for so long after wall time was set. */
const MAX_AGE_NS = 1e9;
/** Two readings of the clocks' difference that are further apart than this: wall time was set between them. */
const STEP_NS = 20_000;

/** What became of each packet that was asked about. */
interface ReceiveStampCounts {
  given: number;
  /** Not stamped on arrival (it came before the kernel began to): the kernel then makes up the time of asking. */
  unstamped: number;
  /** The stamp of the packet before: it need not be this one's. */
  repeated: number;
  tooOld: number;
  /** Wall time, which the stamps are in, was set while the packet may have been waiting. */
  clockSet: number;
  /** The kernel, or its clocks, gave nothing. */
  failed: number;
}

export interface ReceiveStamps {
  /**
   * When the kernel received the packet whose 'message' event is running, on the caller's clock; null when that cannot
   * be trusted. Must be called in that event itself, before anything else is awaited; `at` is the clock's reading at its
   * very beginning. Allocates nothing.
   */
  take(at: Ns): Ns | null;
  readonly counts: Readonly<ReceiveStampCounts>;
}

/**
 * Has the kernel stamp what a bound UDP socket receives. `originNs` is where the caller's clock has its 0 on
 * CLOCK_MONOTONIC (`monotonicOrigin`). The stamp is taken when the packet leaves the network card's queue, so it leaves
 * out how long this process was busy. Stamps are in wall time and are converted by reading both clocks each time.
 */
export function stampReceives(kernel: Kernel, descriptor: number, originNs: bigint): ReceiveStamps | Missing {
  const words = new Uint32Array(4);
  const into = new Uint8Array(words.buffer);
  // The first call only turns stamping on: there is no packet yet to tell of.
  const errno = kernel.ioctl(descriptor, SIOCGSTAMPNS, into) === 0 ? 0 : kernel.errno();
  if (errno !== 0 && errno !== ENOENT) return { missing: `the kernel gives no receive times: ${errnoName(errno)}` };
  const clocks = pairClocks(kernel);
  if (isMissing(clocks)) return clocks;
  const origin = Number(originNs - BigInt(clocks.monotonicBaseS) * 1_000_000_000n);
  const counts = { given: 0, unstamped: 0, repeated: 0, tooOld: 0, clockSet: 0, failed: 0 };
  let offset = clocks.offsetNs;
  let lastStamp = Number.NaN;
  let trustedAfter = Number.NEGATIVE_INFINITY;

  const take = (at: Ns): Ns | null => {
    const failed = kernel.ioctl(descriptor, SIOCGSTAMPNS, into) !== 0;
    if (failed || !clocks.read()) {
      counts.failed += 1;
      return null;
    }
    const stamp = timespecNs(words, clocks.realtimeBaseS);
    const repeats = stamp === lastStamp;
    lastStamp = stamp;
    if (Math.abs(clocks.offsetNs - offset) > STEP_NS) trustedAfter = clocks.monotonicNs + MAX_AGE_NS;
    offset = clocks.offsetNs;
    const received = Math.round(stamp - offset - origin);
    if (clocks.monotonicNs < trustedAfter) counts.clockSet += 1;
    else if (repeats) counts.repeated += 1;
    // A stamp that is surely older than the event can only have been made on arrival.
    else if (received + clocks.widthNs / 2 > at) counts.unstamped += 1;
    else if (at - received > MAX_AGE_NS) counts.tooOld += 1;
    else {
      counts.given += 1;
      return received;
    }
    return null;
  };
  return { take, counts };
}
