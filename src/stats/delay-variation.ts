import type { Estimate } from '../contract/estimate.ts';
import { assertValues } from './received.ts';

// All of these take delays (or round-trip times) in ms, +Infinity where a packet was lost or failed. `at` is the cell
// time in ns of each. Each keeps the input as it is. Differences are given to the nanosecond, which is what records hold:
// otherwise 20.3 − 0.2 would be a hair above 20.1, and on the wrong side of such a threshold.

const NO_PAIR = 'no two consecutive packets were received';

/**
 * IP packet delay variation of consecutive packets in send order, D(i) − D(i−1), signed, in ms (RFC 3393; the selection
 * function of RFC 5481 §4.1). Undefined, and so left out, when either packet is missing: it never bridges a gap. `at` is
 * that of the later packet.
 */
export function ipdv(values: Float64Array, at: Float64Array): Estimate {
  return consecutive(values, at, (d) => d);
}

/** The absolute value of `ipdv`, in ms: what tables call jitter. */
export function ipdvAbs(values: Float64Array, at: Float64Array): Estimate {
  return consecutive(values, at, Math.abs);
}

/**
 * Packet delay variation D(i) − Dmin over the whole window, in ms (RFC 5481 §4.2). A missing packet stays +Infinity, so
 * that verdicts count it as late here as they do for the delay itself.
 */
export function pdv(values: Float64Array, at: Float64Array): Estimate {
  assertValues(values);
  if (values.length === 0) return { is: 'missing', why: 'no packet was sent' };
  let least = Infinity;
  for (const value of values) if (value < least) least = value;
  // Infinity − Infinity is no number: without a minimum, every packet is missing and stays so.
  return {
    is: 'sample',
    values: least === Infinity ? values.slice() : values.map((d) => toNs(d - least)),
    at: at.slice(),
  };
}

/**
 * Interarrival jitter in ms after the last packet, J += (|d| − J)/16 from J = 0 (RFC 3550 §6.4.1 and A.8). d is the
 * difference in transit time between a received packet and the one received before it, so gaps are bridged, unlike in
 * `ipdv`. Values are to come in order of arrival; where nothing reorders (TCP, WebSocket) that is the send order.
 * Undefined for fewer than two received.
 */
export function jitterRfc3550(values: Float64Array): number | undefined {
  assertValues(values);
  let jitter: number | undefined;
  let previous = Infinity;
  for (const transit of values) {
    if (transit === Infinity) continue;
    if (previous !== Infinity) jitter = (jitter ?? 0) + (Math.abs(transit - previous) - (jitter ?? 0)) / 16;
    previous = transit;
  }
  return jitter;
}

/** ms to the nearest nanosecond; +Infinity stays. Adding 0 makes 0 of −0. */
function toNs(ms: number): number {
  return Math.round(ms * 1e6) / 1e6 + 0;
}

function consecutive(values: Float64Array, at: Float64Array, of: (difference: number) => number): Estimate {
  assertValues(values);
  const differences = new Float64Array(values.length);
  const times = new Float64Array(values.length);
  let n = 0;
  for (let i = 1; i < values.length; i += 1) {
    const difference = (values[i] as number) - (values[i - 1] as number);
    // With a missing packet on either side the difference is infinite, or no number at all.
    if (!Number.isFinite(difference)) continue;
    differences[n] = of(toNs(difference));
    times[n] = at[i] as number;
    n += 1;
  }
  if (n === 0) return { is: 'missing', why: NO_PAIR };
  return { is: 'sample', values: differences.slice(0, n), at: times.slice(0, n) };
}
