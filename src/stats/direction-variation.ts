import type { Estimate } from '../contract/estimate.ts';
import { type ClockRelation, clockRelation, spanOf } from './clock-relation.ts';
import { correctionOf, type OneWay, withoutSkew } from './clock-skew.ts';
import { movedWords, oneWayPdv, rateDoubt, skewPpm } from './one-way.ts';
import { type Numbered, streamIpdv } from './stream-delays.ts';

/** Two clocks whose rates could not be compared may differ by so much: the most that Linux corrects one by (adjtimex(2)). */
const UNKNOWN_RATE = 500e-6;

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
 * The variation of each direction's delays in ms, and the relative rate of the two clocks that took the stamps. That rate
 * is taken out where it is known to be there: 50 ppm are 0.05 ms between packets a second apart, and 3 ms in a minute. A
 * figure of which it may still be more than a fifth is missing. A clock that was set spoils all of it.
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
  const { skew, doubt } = typeof clocks === 'string' ? { skew: 0, doubt: UNKNOWN_RATE } : correctionOf(clocks);
  const movedNs = typeof clocks === 'string' || monotonic ? 0 : clocks.movedNs;
  const delays = withoutSkew(ways[way], way, skew);
  const ipdv = movedNs > 0 ? bothMissing(movedWords(movedNs)) : ipdvOf(delays, ways, doubt);
  return { ipdv: ipdv.signed, ipdvAbs: ipdv.absolute, pdv: oneWayPdv(delays, at, clocks) };
}

function ipdvOf(delays: Float64Array, ways: TwoWays, doubt: number): ReturnType<typeof streamIpdv> {
  const ipdv = streamIpdv(delays, ways, ways.at);
  if (ipdv.absolute.is !== 'sample') return ipdv;
  const meanGapNs = (spanOf(ways.forward.sent) * ways.streams) / Math.max(1, delays.length - 1);
  const why = rateDoubt(doubt * meanGapNs, 'between packets', ipdv.absolute.values);
  return why === undefined ? ipdv : bothMissing(why);
}

function bothMissing(why: string): ReturnType<typeof streamIpdv> {
  const missing = { is: 'missing', why } as const;
  return { signed: missing, absolute: missing };
}
