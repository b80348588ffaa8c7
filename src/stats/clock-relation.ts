import { slopeUnder } from './line-under.ts';
import { quantileHf7 } from './quantile.ts';

// Two clocks, near and far, and packets both ways, in the order of sending. What is called a delay here is the receiver's
// stamp minus the sender's, in ns: the true delay and the clocks' difference together. NaN: no such stamps.

export interface OneWay {
  /** By the sender's clock, in ns. */
  sent: Float64Array;
  delays: Float64Array;
}

export interface ClockRelation {
  /** By what share of itself the far clock runs faster: 50e-6 gains 50 µs a second. */
  skew: number;
  /** By how much the estimates from the two directions differ: what is uncertain of `skew`. */
  uncertainty: number;
  /** By how much the clocks' difference changed, in ns, in a way that no constant rate explains; 0 when nothing shows. */
  movedNs: number;
  /** From the first send to the last, in ns. */
  spanNs: number;
}

/** With fewer packets in either direction their queueing and a clock's rate cannot be told apart. */
const LEAST_PACKETS = 10;
/** Clocks' differences below this are of no concern, in ns. */
export const CLOCK_NOISE_NS = 100_000;

/**
 * How two clocks relate, as the delays of packets both ways tell it. `same`: they are known to be one clock, so nothing
 * is estimated. Otherwise each direction gives an estimate of the rate, in which what grew on the path during the cell
 * appears with opposite signs; their mean is taken. A string says why there is none.
 */
export function clockRelation(forward: OneWay, reverse: OneWay, same: boolean): ClockRelation | string {
  const spanNs = spanOf(forward.sent);
  if (same) return { skew: 0, uncertainty: 0, spanNs, movedNs: 0 };
  const there = slopeUnder(forward.sent, forward.delays, LEAST_PACKETS);
  const back = slopeUnder(reverse.sent, reverse.delays, LEAST_PACKETS);
  if (there === undefined || back === undefined)
    return `fewer than ${LEAST_PACKETS} packets with stamps of both ends in one of the directions, so the clocks’ rates cannot be compared`;
  // On the way back it is the far clock that the slope is measured along: there the near clock is the slower by s/(1+s).
  const fromBack = -back / (1 + back);
  const skew = (there + fromBack) / 2;
  return { skew, uncertainty: Math.abs(there - fromBack), spanNs, movedNs: movement(forward, reverse, skew) };
}

/** A direction's delays with the clocks' rates made equal; a new array. */
export function withoutSkew({ sent, delays }: OneWay, direction: 'forward' | 'reverse', skew: number): Float64Array {
  const slope = slopeOf(direction, skew);
  return slope === 0
    ? delays
    : delays.map((delay, i) => (delay === Infinity ? delay : delay - slope * (sent[i] as number)));
}

function slopeOf(direction: 'forward' | 'reverse', skew: number): number {
  return direction === 'forward' ? skew : -skew / (1 + skew);
}

/** A movement is looked for between so many stretches of the cell at most, each of so many packets at least. */
const MOST_STRETCHES = 64;
const LEAST_STRETCH = 5;

/**
 * By how much the clocks' difference changed beyond a constant rate, in ns; 0 when nothing shows.
 *
 * A far clock that is set forward adds to the delays there and takes as much from those back, from then on. So what is
 * looked for are two stretches of the cell between which the smallest delay of one direction rose and the other's fell:
 * the smaller of both changes is the movement. What is no more than the median round trip is above the smallest may be
 * queueing, and is not called one.
 */
export function movement(forward: OneWay, reverse: OneWay, skew: number): number {
  const there = stretchMinima(forward, slopeOf('forward', skew));
  const back = stretchMinima(reverse, slopeOf('reverse', skew));
  let moved = 0;
  for (let a = 0; a < there.length; a += 1) {
    for (let b = 0; b < there.length; b += 1) {
      const rise = (there[b] as number) - (there[a] as number);
      const fall = (back[a] as number) - (back[b] as number);
      const both = Math.min(rise, fall);
      // A stretch in which nothing arrived has an infinite minimum.
      if (both > moved && Math.max(rise, fall) < Infinity) moved = both;
    }
  }
  return moved > CLOCK_NOISE_NS && moved > medianExcess(forward, reverse, skew) ? moved : 0;
}

function stretchMinima({ sent, delays }: OneWay, slope: number): Float64Array {
  const stretches = Math.min(MOST_STRETCHES, Math.floor(delays.length / LEAST_STRETCH));
  const minima = new Float64Array(stretches).fill(Infinity);
  for (let i = 0; i < delays.length; i += 1) {
    const stretch = Math.floor((i * stretches) / delays.length);
    const delay = (delays[i] as number) - slope * (sent[i] as number);
    if (delay < (minima[stretch] as number)) minima[stretch] = delay;
  }
  return minima;
}

/** How far the median round trip is above the smallest. A constant difference of the clocks cancels in round trips. */
function medianExcess(forward: OneWay, reverse: OneWay, skew: number): number {
  const there = slopeOf('forward', skew);
  const back = slopeOf('reverse', skew);
  const trips = new Float64Array(forward.delays.length);
  let n = 0;
  for (let i = 0; i < trips.length; i += 1) {
    const out = (forward.delays[i] as number) - there * (forward.sent[i] as number);
    const home = (reverse.delays[i] as number) - back * (reverse.sent[i] as number);
    if (!Number.isFinite(out + home)) continue;
    trips[n] = out + home;
    n += 1;
  }
  if (n === 0) return Infinity;
  const sorted = trips.subarray(0, n).sort();
  return quantileHf7(sorted, 0.5) - (sorted[0] as number);
}

function spanOf(times: Float64Array): number {
  let first = Infinity;
  let last = -Infinity;
  for (const time of times) {
    if (time < first) first = time;
    if (time > last) last = time;
  }
  return last > first ? last - first : 0;
}
