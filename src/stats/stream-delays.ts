import type { Estimate } from '../contract/estimate.ts';
import { assertValues } from './received.ts';

// Packets of one or more streams in the order of sending. Delays are whole ns: +Infinity for a packet that was lost or
// failed, NaN for one that is no sample (never sent, or nobody knows). `at` is the cell time in ns of each. Differences are
// given to the nanosecond: otherwise 20.3 − 0.2 ms would be a hair above 20.1, and on the wrong side of such a threshold.

const NS_PER_MS = 1e6;

/** The delays as a sample in ms, without those that are none. */
export function delaySample(delays: Float64Array, at: Float64Array): Extract<Estimate, { is: 'sample' }> {
  let n = 0;
  for (let i = 0; i < delays.length; i += 1) if (!Number.isNaN(delays[i])) n += 1;
  const values = new Float64Array(n);
  // All kept, as is the rule: then times are shared, since ten million of them are 80 MB.
  const times = n === delays.length ? at : new Float64Array(n);
  let next = 0;
  for (let i = 0; i < delays.length; i += 1) {
    const delay = delays[i] as number;
    if (Number.isNaN(delay)) continue;
    values[next] = delay / NS_PER_MS;
    if (times !== at) times[next] = at[i] as number;
    next += 1;
  }
  return { is: 'sample', values, at: times };
}

/** The delays as a sample in ms, or why there is none. */
export function anyDelays(delays: Float64Array, at: Float64Array, why: string): Estimate {
  const sample = delaySample(delays, at);
  return sample.values.length === 0 ? { is: 'missing', why } : sample;
}

/** Which stream each packet belongs to, from 0 on, and its number there. */
export interface Numbered {
  stream: ArrayLike<number>;
  seq: ArrayLike<number>;
  /** How many streams there are. */
  streams: number;
}

/** Packets of one stream, each following the one before. */
export function oneStream(packets: number): Numbered {
  return { stream: new Uint8Array(packets), seq: Uint32Array.from({ length: packets }, (_, i) => i), streams: 1 };
}

/** The round-trip metrics of every packet probe. `order`: places of packets in the order of their replies' arrival. */
export function streamEstimates(delays: Float64Array, numbered: Numbered, at: Float64Array, order: ArrayLike<number>) {
  const rtt = delaySample(delays, at);
  const ipdv = streamIpdv(delays, numbered, at);
  return {
    rtt_ms: rtt,
    ipdv_ms: ipdv.signed,
    ipdv_abs_ms: ipdv.absolute,
    pdv_ms: pdv(rtt.values, rtt.at),
    jitter_rfc3550_ms: streamJitter(delays, numbered, order),
  } satisfies Record<string, Estimate>;
}

/**
 * Packet delay variation D(i) − Dmin over the whole window, in ms, of delays in ms (RFC 5481 §4.2). A missing packet stays
 * +Infinity, so that verdicts count it as late here as they do for the delay itself. Throws NETPROBE_RECORDS_INVALID for a
 * delay that is no number.
 */
export function pdv(values: Float64Array, at: Float64Array): Estimate {
  assertValues(values);
  if (values.length === 0) return { is: 'missing', why: 'no packet was sent' };
  let least = Infinity;
  for (const value of values) if (value < least) least = value;
  // Infinity − Infinity is no number: without a minimum, every packet is missing and stays so.
  return { is: 'sample', values: least === Infinity ? values.slice() : values.map((d) => toNs(d - least)), at };
}

/** ms to the nearest nanosecond; +Infinity stays. Adding 0 makes 0 of −0. */
function toNs(ms: number): number {
  return Math.round(ms * NS_PER_MS) / NS_PER_MS + 0;
}

/**
 * IP packet delay variation of consecutive packets of a stream, in ms at the later one's time: signed, and its absolute
 * value (RFC 3393; the selection function of RFC 5481 §4.1). It bridges neither a lost packet nor a missing number: a pair
 * with a lost one is left out or, for verdicts, beyond every threshold, or dropping what is late would make jitter better.
 */
export function streamIpdv(
  delays: Float64Array,
  { stream, seq, streams }: Numbered,
  at: Float64Array,
  lost: 'left out' | 'beyond' = 'left out',
): { signed: Estimate; absolute: Estimate } {
  const last = new Int32Array(streams).fill(-1);
  const signed = new Float64Array(delays.length);
  const times = new Float64Array(delays.length);
  let n = 0;
  for (let i = 0; i < delays.length; i += 1) {
    const of = stream[i] as number;
    const before = last[of] as number;
    last[of] = i;
    if (before < 0 || seq[i] !== (seq[before] as number) + 1) continue;
    const [later, earlier] = [delays[i] as number, delays[before] as number];
    const difference = later - earlier;
    const isLost = later === Infinity || earlier === Infinity;
    if (Number.isNaN(later) || Number.isNaN(earlier) || (isLost && lost === 'left out')) continue;
    signed[n] = isLost ? Infinity : Math.round(difference) / NS_PER_MS + 0;
    times[n] = at[i] as number;
    n += 1;
  }
  if (n === 0) {
    const missing = { is: 'missing', why: 'no two consecutive packets were received' } as const;
    return { signed: missing, absolute: missing };
  }
  const values = trimmed(signed, n);
  const when = trimmed(times, n);
  return {
    signed: { is: 'sample', values, at: when },
    absolute: { is: 'sample', values: values.map(Math.abs), at: when },
  };
}

/**
 * Interarrival jitter in ms after the last packet, J += (|d| − J)/16 from J = 0 (RFC 3550 §6.4.1 and A.8): d is the
 * difference to the packet of the same stream that arrived before. `order` are places of packets in the order of arrival.
 */
export function streamJitter(
  delays: Float64Array,
  { stream, streams }: Omit<Numbered, 'seq'>,
  order: ArrayLike<number>,
): Estimate {
  const transit = new Float64Array(streams).fill(Number.NaN);
  let jitter: number | undefined;
  for (let i = 0; i < order.length; i += 1) {
    const packet = order[i] as number;
    const delay = delays[packet] as number;
    if (!Number.isFinite(delay)) continue;
    const of = stream[packet] as number;
    const d = Math.abs(delay - (transit[of] as number)) / NS_PER_MS;
    transit[of] = delay;
    if (!Number.isNaN(d)) jitter = (jitter ?? 0) + (d - (jitter ?? 0)) / 16;
  }
  if (jitter === undefined) return { is: 'missing', why: 'fewer than two replies were received' };
  return { is: 'scalar', value: jitter };
}

/** A copy, so that the longer memory can go; the array itself when it is full. */
function trimmed(values: Float64Array, n: number): Float64Array {
  return n === values.length ? values : values.slice(0, n);
}
