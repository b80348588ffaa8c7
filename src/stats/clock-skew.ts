import { slopeUnder } from './line-under.ts';

// Two clocks, near and far, and packets both ways, in the order of sending. What is called a delay here is the receiver's
// stamp minus the sender's, in ns: the true delay and the clocks' difference together. NaN: no such stamps.

export interface OneWay {
  /** By the sender's clock, in ns. */
  sent: Float64Array;
  delays: Float64Array;
}

/** How two clocks' rates differ. */
export interface Skew {
  /** By what share of itself the far clock runs faster: 50e-6 gains 50 µs a second. */
  skew: number;
  /** What is uncertain of `skew`: in 95 of 100 cells about, it is off by no more. */
  uncertainty: number;
}

/** With fewer packets in either direction their queueing and a clock's rate cannot be told apart. */
export const LEAST_PACKETS = 10;

/**
 * How much faster the far clock runs; undefined when too few packets tell. Each direction gives an estimate, in which what
 * grew on the path during the cell appears with opposite signs; their mean is taken.
 *
 * Both directions may be wrong by about the same, and then agree by chance. So each direction's even and odd packets give
 * estimates of their own as well, and the uncertainty is the largest difference of any two directions or of a half from
 * the mean. In simulated cells of 12 to 3000 packets and queues of four kinds it was exceeded in 1 to 7 of 100.
 */
export function skewOf(forward: OneWay, reverse: OneWay): Skew | undefined {
  const there = slopes(forward);
  const back = slopes(reverse)?.map(skewBack);
  if (there === undefined || back === undefined) return undefined;
  const [one, ...oneHalves] = there as [number, number, number];
  const [other, ...otherHalves] = back as [number, number, number];
  const skew = (one + other) / 2;
  const offs = [...oneHalves, ...otherHalves].map((half) => Math.abs(half - skew));
  return { skew, uncertainty: Math.max(Math.abs(one - other), ...offs) };
}

/** On the way back it is the far clock that the slope is measured along: there the near clock is the slower by s/(1+s). */
function skewBack(slope: number): number {
  return -slope / (1 + slope);
}

/** The slopes under a direction's delays, under every second of those that arrived, and under the others. */
function slopes({ sent, delays }: OneWay): number[] | undefined {
  const column = () => new Float64Array((sent.length + 1) >> 1);
  const halves = [0, 1].map(() => ({ times: column(), values: column(), n: 0 }));
  let n = 0;
  for (let i = 0; i < sent.length; i += 1) {
    if (!Number.isFinite(delays[i] as number)) continue;
    const half = halves[n % 2] as (typeof halves)[number];
    half.times[half.n] = sent[i] as number;
    half.values[half.n] = delays[i] as number;
    half.n += 1;
    n += 1;
  }
  const found = [
    slopeUnder(sent, delays, LEAST_PACKETS),
    ...halves.map((half) => slopeUnder(half.times.subarray(0, half.n), half.values.subarray(0, half.n))),
  ];
  return found.every((slope) => slope !== undefined) ? found : undefined;
}

/**
 * What is taken out of a direction's delays, and what is in doubt of the rest, as shares of time. A skew that is within its
 * own uncertainty may as well be none: correcting by it would add its error to a short cell's delays.
 */
export function correctionOf({ skew, uncertainty }: Skew): {
  skew: number;
  doubt: number;
} {
  const isSure = Math.abs(skew) > uncertainty;
  return isSure ? { skew, doubt: uncertainty } : { skew: 0, doubt: Math.abs(skew) + uncertainty };
}

/** A direction's delays with the clocks' rates made equal; a new array. */
export function withoutSkew({ sent, delays }: OneWay, direction: 'forward' | 'reverse', skew: number): Float64Array {
  const slope = slopeOf(direction, skew);
  return slope === 0
    ? delays
    : delays.map((delay, i) => (delay === Infinity ? delay : delay - slope * (sent[i] as number)));
}

/** What a far clock's skew makes of a direction's delays, per ns of sending. */
export function slopeOf(direction: 'forward' | 'reverse', skew: number): number {
  return direction === 'forward' ? skew : -skew / (1 + skew);
}
