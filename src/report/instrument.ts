import type { Reduced } from '../contract/estimate.ts';
import type { SampleFigure } from '../contract/figures.ts';
import type { Metric } from '../contract/kind.ts';
import type { SeatRecords, Tables } from '../contract/records.ts';
import { roundTo } from '../stats/round.ts';
import { summarise } from '../stats/summary.ts';
import { BUSY_LIMIT } from '../verdict/lag.ts';
import { kernelStamps, type LoadFact, type SeatVitals, vitalsOf } from './instrument-facts.ts';
import type { Result } from './model.ts';

type Instrument = Result['instrument'];
type Reason = Instrument['reasons'][number];

/** Sends later than this, at the 99th percentile, are no longer the schedule that was asked for; … */
const LATE_MS = 1;
/** … and later than this, they are another one. */
const TOO_LATE_MS = 50;
/** Of its time, the measuring thread may have waited for a core so long, … */
const WAITED_RATIO = 0.02;
/** … and not so long. */
const STARVED_RATIO = 0.25;
/** A receive stamp of this process is late by what its loop is; the kernel's are not. */
const LOOP_DELAY_MS = 2;

const SEND_LATENESS: Metric = {
  unit: 'ms',
  better: 'lower',
  form: 'sample',
  doc: 'Actual minus intended send time.',
};

/** What the instrument says of its own error, from the records. `reduced` is null when nothing was recorded that could tell. */
export function instrumentOf(reduced: Reduced<string> | null, seats: readonly SeatRecords<Tables>[]): Instrument {
  const near = seats.find(({ seat, part }) => seat === 0 && part === '');
  const far = seats.find(({ seat, part }) => seat === 1 && part === '');
  const [mine, theirs] = [vitalsOf(near), vitalsOf(far)];
  const lateness = reduced === null ? null : (summarise(reduced.sendLateness, SEND_LATENESS) as SampleFigure);
  const busy = reduced?.busyRatio ?? null;
  const stamps = kernelStamps(near);
  const clock = stamps === null || stamps.kernel === 0 ? 'user' : stamps.kernel === stamps.of ? 'kernel' : 'mixed';
  const found = [
    ...latenessReasons(lateness),
    // A load keeps its thread busy: how much of a core it had is told by other rules.
    ...(busy === null ? [...waitReasons(mine), ...loopReasons(mine, clock)] : busyReasons(busy)),
    ...hostReasons(mine.load, 'near', busy !== null),
    ...hostReasons(theirs.load, 'far', busy !== null),
    ...clockReasons(mine, 'near'),
    ...clockReasons(theirs, 'far'),
  ];
  return {
    state: found.some(({ invalid }) => invalid) ? 'invalid' : found.length > 0 ? 'suspect' : 'valid',
    reasons: found.map(({ side, code, why }) => ({ side, code, why })),
    clock,
    kernel: mine.lane === null ? null : mine.lane.kernel === 'yes' ? 'yes' : mine.lane.kernel.missing,
    send_lateness_ms: lateness,
    // What was sent, and ended with the cell before anything was known of it, was not missed.
    missed_sends: reduced === null ? null : reduced.counts.skipped - (reduced.notes?.['undecided'] ?? 0),
    event_loop_delay_ms: loopDelay(mine),
    waited_ratio: waited(mine),
    busy_ratio: busy,
    near: sideOf(mine),
    far: far === undefined ? null : sideOf(theirs),
  };
}

interface Found extends Reason {
  invalid?: boolean;
}

function near(code: string, why: string, invalid = false): Found {
  return { side: 'near', code, why, invalid };
}

function latenessReasons(figure: SampleFigure | null): Found[] {
  // Too few sends for a p99: then the latest of them must do.
  const name = figure?.['p99'] == null ? 'max' : 'p99';
  const late = figure?.[name] ?? null;
  if (late === null || late <= LATE_MS) return [];
  return [
    near('send-lateness', `send lateness ${name} ${short(late)} ms, more than ${LATE_MS} ms`, late > TOO_LATE_MS),
  ];
}

function waitReasons(mine: SeatVitals): Found[] {
  const share = waited(mine);
  if (share === null || share <= WAITED_RATIO) return [];
  const why = `the measuring thread waited for a core ${percent(share)} of the time`;
  return [near('starved', why, share > STARVED_RATIO)];
}

function loopReasons(mine: SeatVitals, clock: Instrument['clock']): Found[] {
  const delay = loopDelay(mine);
  if (delay === null || clock === 'kernel' || delay.p99 <= LOOP_DELAY_MS) return [];
  return [near('event-loop', `the event loop, and so receive stamps, were late by ${short(delay.p99)} ms (p99)`)];
}

function busyReasons(busy: number | null): Found[] {
  if (busy === null || busy < BUSY_LIMIT) return [];
  const why = `generator-bound: the measuring thread was ${percent(busy)} busy, so the limit may be this machine's`;
  return [near('generator-bound', why)];
}

/** Busy cores bound throughput only: a latency lane spins on a core of its own. */
function hostReasons(load: LoadFact | null, side: Reason['side'], throughput: boolean): Found[] {
  if (load === null) return [];
  const most = load.intervals / 2;
  const reasons: Found[] = [];
  if (load.steal_intervals > most)
    reasons.push({
      side,
      code: 'steal',
      why: `the hypervisor took ${percent(load.steal_ratio)} of the processors' time for others`,
    });
  if (throughput && load.busy_intervals > most)
    reasons.push({
      side,
      code: 'core-busy',
      why: `a core was ${percent(BUSY_LIMIT)} busy or more in ${load.busy_intervals} of ${load.intervals} seconds`,
    });
  return reasons;
}

function clockReasons({ clock }: SeatVitals, side: Reason['side']): Found[] {
  if (clock === null || clock.step_ns === 0) return [];
  const step = roundTo(clock.step_ns / 1e6, 'ms');
  return [{ side, code: 'clock-step', why: `the wall clock was set by ${step} ms: one-way delays are not to be had` }];
}

function loopDelay({ lane }: SeatVitals): { p50: number; p99: number; max: number } | null {
  const delay = lane?.loop_delay_ns;
  if (delay == null) return null;
  const ms = (ns: number) => roundTo(ns / 1e6, 'ms');
  return { p50: ms(delay.p50), p99: ms(delay.p99), max: ms(delay.max) };
}

function waited({ lane, lastedNs }: SeatVitals): number | null {
  if (lane?.wait_ns == null || lastedNs === null || lastedNs <= 0) return null;
  return roundTo(Math.min(1, Math.max(0, lane.wait_ns / lastedNs)), 'ratio');
}

function sideOf({ clock, load, congestionControl }: SeatVitals): NonNullable<Instrument['near']> {
  return {
    clock:
      clock === null
        ? null
        : {
            synchronised: clock.synchronised,
            max_error_ms: clock.max_error_ns === null ? null : roundTo(clock.max_error_ns / 1e6, 'ms'),
            step_ms: roundTo(clock.step_ns / 1e6, 'ms'),
          },
    host_load: load,
    congestion_control: congestionControl,
  };
}

function percent(share: number): string {
  return `${short(share * 100)}%`;
}

function short(value: number): string {
  return String(Number(value.toPrecision(3)));
}
