import type { Estimate } from '../contract/estimate.ts';
import { type ClockRelation, movement } from './clock-relation.ts';
import { correctionOf, type OneWay } from './clock-skew.ts';
import { quantileHf7 } from './quantile.ts';
import { sortedReceived } from './received.ts';
import { delaySample } from './stream-delays.ts';

const NS_PER_MS = 1e6;
/** What a clock may put into a figure: a fifth of it. */
const TOLERATED = 0.2;
/** … and what it may put in anyhow, in ns: stamps are read no better. */
const STAMPS_NS = 10_000;
/** Skews are given when the two directions' estimates agree to a millionth, or to a fifth. */
const SURE_SKEW = 1e-6;

/**
 * Packet delay variation of one direction in ms: each delay above the smallest (RFC 5481 §4.2). `delays` are in ns, by two
 * clocks whose rates were made equal (`correctionOf`); missing when the clocks may be what varies.
 */
export function oneWayPdv(delays: Float64Array, at: Float64Array, clocks: ClockRelation | string): Estimate {
  if (typeof clocks === 'string') return { is: 'missing', why: clocks };
  if (clocks.movedNs > 0) return { is: 'missing', why: movedWords(clocks.movedNs) };
  let least = Infinity;
  for (let i = 0; i < delays.length; i += 1) if ((delays[i] as number) < least) least = delays[i] as number;
  if (least === Infinity) return { is: 'missing', why: 'no packet arrived with stamps of both ends' };
  const sample = delaySample(
    delays.map((delay) => (delay === Infinity ? delay : Math.round(delay - least))),
    at,
  );
  const doubtNs = correctionOf(clocks).doubt * clocks.spanNs;
  const why = rateDoubt(doubtNs, 'over the cell', sample.values);
  return why === undefined ? sample : { is: 'missing', why };
}

/** Why variation may be much the clocks' own, when their rates put `doubtNs` into it; undefined when not. */
export function rateDoubt(doubtNs: number, when: string, values: Float64Array): string | undefined {
  if (doubtNs <= STAMPS_NS || doubtNs <= TOLERATED * medianOf(values) * NS_PER_MS) return undefined;
  return `the clocks’ rates are known to ${words(doubtNs)} ${when} only, which is much beside the variation`;
}

/** By how many millionths the far clock runs faster. */
export function skewPpm(clocks: ClockRelation | string): Estimate {
  if (typeof clocks === 'string') return { is: 'missing', why: clocks };
  const { skew, uncertainty, movedNs } = clocks;
  if (movedNs > 0) return { is: 'missing', why: movedWords(movedNs) };
  if (uncertainty > Math.max(SURE_SKEW, TOLERATED * Math.abs(skew)))
    return {
      is: 'missing',
      why: `the two directions’ estimates of it differ by ${(uncertainty * 1e6).toFixed(1)} ppm`,
    };
  // Adding 0 makes 0 of −0.
  return { is: 'scalar', value: skew * 1e6 + 0 };
}

/** What one-way delays may be wrong by, in ns. */
export interface OneWayError {
  /** Either way: the clocks' difference, and how stamps are read. */
  clocksNs: number;
  /** Too large only: how late receive stamps may be. */
  lateNs: number;
}

/**
 * One-way delays of both directions in ms (RFC 7679), from ns by two wall clocks. Negative ones are kept as they are.
 * Missing when the error is more than a fifth of the shorter direction's median delay, or when the delays themselves show
 * that it does not hold.
 */
export function oneWayDelays(
  forward: OneWay,
  reverse: OneWay,
  at: Float64Array,
  error: OneWayError,
): { forward: Estimate; reverse: Estimate } {
  const samples = { forward: delaySample(forward.delays, at), reverse: delaySample(reverse.delays, at) };
  // Clocks that stay within an error of each other can move past each other by twice as much.
  const movedNs = movement(forward, reverse, 0);
  const why =
    movedNs > 2 * error.clocksNs + error.lateNs
      ? movedWords(movedNs)
      : doubt(samples.forward.values, samples.reverse.values, error);
  if (why === undefined) return samples;
  const missing = { is: 'missing', why } as const;
  return { forward: missing, reverse: missing };
}

function doubt(forward: Float64Array, reverse: Float64Array, { clocksNs, lateNs }: OneWayError): string | undefined {
  const there = sortedReceived(forward);
  const back = sortedReceived(reverse);
  if (there.length === 0 || back.length === 0) return 'no packet arrived with stamps of both ends';
  const least = Math.min(there[0] as number, back[0] as number) * NS_PER_MS;
  if (least < -clocksNs)
    return `the clocks differ by more than is said of them: a packet arrived ${words(-least)} before it was sent`;
  const median = Math.min(quantileHf7(there, 0.5), quantileHf7(back, 0.5)) * NS_PER_MS;
  if (clocksNs + lateNs <= TOLERATED * median) return undefined;
  const late = lateNs === 0 ? '' : ` and receive stamps may be late by ${words(lateNs)}`;
  return `the clocks may differ by ${words(clocksNs)}${late}, more than a fifth of the median one-way delay of ${words(median)}`;
}

/** What is said of figures that a clock's movement has spoilt. */
export function movedWords(movedNs: number): string {
  return `the clocks’ difference changed by about ${words(movedNs)} during the cell, as no constant rate explains`;
}

function medianOf(values: Float64Array): number {
  const sorted = sortedReceived(values);
  return sorted.length === 0 ? 0 : quantileHf7(sorted, 0.5);
}

function words(ns: number): string {
  return `${(ns / NS_PER_MS).toFixed(3)} ms`;
}
