import type { Estimate } from '../contract/estimate.ts';
import { type ClockRelation, clockRelation, type OneWay, withoutSkew } from './clock-relation.ts';
import { movedWords, oneWayPdv, skewPpm } from './one-way.ts';
import { type Numbered, streamIpdv } from './stream-delays.ts';

export interface TwoWays extends Numbered {
  forward: OneWay;
  reverse: OneWay;
  /** Cell time in ns of each packet. */
  at: Float64Array;
  /** Both ends stamp by one and the same clock. */
  sameClock: boolean;
  /** Clocks that cannot be set: only their rates differ. */
  monotonic: boolean;
}

interface Variation {
  ipdv: Estimate;
  ipdvAbs: Estimate;
  pdv: Estimate;
}

/**
 * The variation of each direction's delays in ms, and the relative rate of the two clocks that took the stamps. Between
 * consecutive packets that rate is nothing; over the cell it is taken out. A clock that was set spoils all of it.
 */
export function directionVariation(ways: TwoWays): { forward: Variation; reverse: Variation; skew: Estimate } {
  const clocks = clockRelation(ways.forward, ways.reverse, ways.sameClock);
  return {
    forward: variationOf(ways, 'forward', clocks),
    reverse: variationOf(ways, 'reverse', clocks),
    skew: skewPpm(clocks),
  };
}

/** All of it missing, for one reason. */
export function noVariation(why: string): ReturnType<typeof directionVariation> {
  const missing = { is: 'missing', why } as const;
  const none = { ipdv: missing, ipdvAbs: missing, pdv: missing };
  return { forward: none, reverse: none, skew: missing };
}

function variationOf(ways: TwoWays, way: 'forward' | 'reverse', clocks: ClockRelation | string): Variation {
  const { at, monotonic } = ways;
  const skew = typeof clocks === 'string' ? 0 : clocks.skew;
  const movedNs = typeof clocks === 'string' || monotonic ? 0 : clocks.movedNs;
  const set = { is: 'missing', why: movedWords(movedNs) } as const;
  const ipdv = movedNs > 0 ? { signed: set, absolute: set } : streamIpdv(ways[way].delays, ways, at);
  return {
    ipdv: ipdv.signed,
    ipdvAbs: ipdv.absolute,
    pdv: oneWayPdv(withoutSkew(ways[way], way, skew), at, clocks),
  };
}
