import type { SampleFigure } from '../contract/figures.ts';
import { INSTRUMENT_LIMITS, type InstrumentCode } from '../contract/instrument.ts';
import { roundTo } from '../stats/round.ts';
import type { SeatVitals } from './instrument-facts.ts';

// Each rule says what one end's records give against the instrument, in words that tell the figure and its limit.

const { lateMs, tooLateMs, noSpinLateMs, waitedRatio, starvedRatio, loopDelayMs, busyRatio } = INSTRUMENT_LIMITS;

/** What a rule found. */
export interface Found {
  code: InstrumentCode;
  why: string;
  /** It is bad enough for no figure to follow from it, at an end that is ours. */
  grave?: boolean;
}

/** Sends that were late, and that they wait for timers where the sender does not spin. */
export function latenessReasons(figure: SampleFigure | null, spins: boolean | null): Found[] {
  // Too few sends for a p99: then the latest of them must do.
  const name = figure?.['p99'] == null ? 'max' : 'p99';
  const late = figure?.[name] ?? null;
  if (late === null) return [];
  const words = (limit: number) => `send lateness ${name} ${short(late)} ms, more than ${limit} ms`;
  const reasons: Found[] = [];
  if (late > lateMs) reasons.push({ code: 'send-lateness', why: words(lateMs), grave: late > tooLateMs });
  if (spins === false && late > noSpinLateMs)
    reasons.push({
      code: 'no-spin',
      why: `one usable core, so that sends wait for timers: ${words(noSpinLateMs)}`,
    });
  return reasons;
}

/** A measuring thread that had no core when it needed one. */
export function waitReasons(vitals: SeatVitals): Found[] {
  const share = waited(vitals);
  if (share === null || share <= waitedRatio) return [];
  const why = `the measuring thread waited for a core ${percent(share)} of the time`;
  return [{ code: 'starved', why, grave: share > starvedRatio }];
}

/** An event loop that was late, and with it `what`. */
export function loopReasons(vitals: SeatVitals, what: string): Found[] {
  const delay = loopDelay(vitals);
  if (delay === null || delay.p99 <= loopDelayMs) return [];
  return [{ code: 'event-loop', why: `the event loop, and so ${what}, were late by ${short(delay.p99)} ms (p99)` }];
}

/** A thread that had no time left to send or receive more; `whose` the limit may then be. */
export function busyReasons(busy: number | null, whose: string): Found[] {
  if (busy === null || busy < busyRatio) return [];
  const why = `generator-bound: the measuring thread was ${percent(busy)} busy, so the limit may be ${whose}`;
  return [{ code: 'generator-bound', why }];
}

/** Busy cores bound throughput only: a latency lane spins on a core of its own. */
export function hostReasons({ load, throttling }: SeatVitals, throughput: boolean): Found[] {
  const reasons: Found[] = [];
  if (load !== null && load.steal_intervals > load.intervals / 2)
    reasons.push({
      code: 'steal',
      why: `the hypervisor took ${percent(load.steal_ratio)} of the processors' time for others`,
    });
  if (throttling !== null && throttling.throttled_intervals > throttling.intervals / 2)
    reasons.push({
      code: 'throttled',
      why: `a quota of processor time stopped the measuring processes in ${throttling.throttled_intervals} of ${throttling.intervals} seconds`,
    });
  if (throughput && load !== null && load.busy_intervals > load.intervals / 2)
    reasons.push({
      code: 'core-busy',
      why: `a core was ${percent(busyRatio)} busy or more in ${load.busy_intervals} of ${load.intervals} seconds`,
    });
  return reasons;
}

/** A wall clock that was set, however little: one-way delays compare the clocks of both ends. */
export function clockReasons({ clock }: SeatVitals): Found[] {
  if (clock === null || clock.step_ns === 0) return [];
  const step = roundTo(clock.step_ns / 1e6, 'ms');
  return [{ code: 'clock-step', why: `the wall clock was set by ${step} ms: one-way delays are not to be had` }];
}

/** The share of its time that an end's measuring thread was ready to run and had no core. */
export function waited({ lane, lastedNs }: SeatVitals): number | null {
  if (lane?.wait_ns == null || lastedNs === null || lastedNs <= 0) return null;
  return roundTo(Math.min(1, Math.max(0, lane.wait_ns / lastedNs)), 'ratio');
}

/** How late an end's event loop was, ms. */
export function loopDelay({ lane }: SeatVitals): { p50: number; p99: number; max: number } | null {
  const delay = lane?.loop_delay_ns;
  if (delay == null) return null;
  const ms = (ns: number) => roundTo(ns / 1e6, 'ms');
  return { p50: ms(delay.p50), p99: ms(delay.p99), max: ms(delay.max) };
}

function percent(share: number): string {
  return `${short(share * 100)}%`;
}

function short(value: number): string {
  return String(Number(value.toPrecision(3)));
}
