import { LEAST_PACKETS, type OneWay, type Skew, skewOf, slopeOf } from './clock-skew.ts';
import { quantileHf7 } from './quantile.ts';

// Two clocks, near and far, and packets both ways, in the order of sending: see clock-skew.ts.

export interface ClockRelation extends Skew {
  /** By how much the clocks' difference changed, in ns, in a way that no constant rate explains; 0 when nothing shows. */
  movedNs: number;
  /** From the first send to the last, in ns. */
  spanNs: number;
}

/** Clocks that moved by less are taken not to have moved, in ns. */
const LEAST_MOVEMENT_NS = 100_000;

/**
 * How two clocks relate, as the delays of packets both ways tell it. `same`: they are known to be one clock, so nothing
 * is estimated. A string says why there is nothing.
 */
export function clockRelation(forward: OneWay, reverse: OneWay, same: boolean): ClockRelation | string {
  const spanNs = spanOf(forward.sent);
  if (same) return { skew: 0, uncertainty: 0, spanNs, movedNs: 0 };
  const estimate = skewOf(forward, reverse);
  if (estimate === undefined)
    return `fewer than ${LEAST_PACKETS} packets with stamps of both ends in one of the directions, so the clocks’ rates cannot be compared`;
  return { ...estimate, spanNs, movedNs: movement(forward, reverse, estimate.skew) };
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
  return moved > LEAST_MOVEMENT_NS && moved > medianExcess(forward, reverse, skew) ? moved : 0;
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

/** From the first time to the last; 0 when there are fewer than two. */
export function spanOf(times: Float64Array): number {
  let first = Infinity;
  let last = -Infinity;
  for (const time of times) {
    if (time < first) first = time;
    if (time > last) last = time;
  }
  return last > first ? last - first : 0;
}
