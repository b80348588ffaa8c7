import type { Reduced } from '../contract/estimate.ts';
import type { SampleFigure } from '../contract/figures.ts';
import type { Metric } from '../contract/kind.ts';
import type { SeatRecords, Tables } from '../contract/records.ts';
import { roundTo } from '../stats/round.ts';
import { summarise } from '../stats/summary.ts';
import { kernelStamps, type SeatVitals, vitalsOf } from './instrument-facts.ts';
import {
  busyReasons,
  clockReasons,
  type Found,
  hostReasons,
  latenessReasons,
  loopDelay,
  loopReasons,
  waited,
  waitReasons,
} from './instrument-reasons.ts';
import type { Result } from './model.ts';

type Instrument = Result['instrument'];
type Side = Instrument['reasons'][number]['side'];

const SEND_LATENESS: Metric = {
  unit: 'ms',
  better: 'lower',
  form: 'sample',
  doc: 'Actual minus intended send time.',
};

/**
 * What the instrument says of its own error, from the records. `reduced` is null when nothing was recorded that could
 * tell. `farIsOurs`: the far end is not up for judgement either; of one that is, what it says of itself makes nothing invalid.
 */
export function instrumentOf(
  reduced: Reduced<string> | null,
  seats: readonly SeatRecords<Tables>[],
  farIsOurs = false,
): Instrument {
  const near = seats.find(({ seat, part }) => seat === 0 && part === '');
  const far = seats.find(({ seat, part }) => seat === 1 && part === '');
  const [mine, theirs] = [vitalsOf(near), vitalsOf(far)];
  const lateness = reduced === null ? null : (summarise(reduced.sendLateness, SEND_LATENESS) as SampleFigure);
  const busy = reduced?.busyRatio ?? null;
  const clock = stampedBy(near);
  const throughput = busy !== null;
  const found = {
    near: [
      ...latenessReasons(lateness, mine.lane?.spins ?? null),
      ...(throughput ? busyReasons(busy, "this machine's") : senderReasons(mine, clock)),
      ...hostReasons(mine, throughput),
      ...clockReasons(mine),
    ],
    far: [
      ...(throughput ? busyReasons(theirs.busyRatio, 'its own') : answererReasons(theirs, stampedBy(far))),
      ...hostReasons(theirs, throughput),
      ...clockReasons(theirs),
    ],
  };
  return {
    state: near === undefined ? 'unknown' : stateOf(found.near, found.far, farIsOurs),
    reasons: [...reasonsOf(found.near, 'near'), ...reasonsOf(found.far, 'far')],
    clock,
    kernel: mine.lane === null ? null : mine.lane.kernel === 'yes' ? 'yes' : mine.lane.kernel.missing,
    send_lateness_ms: lateness,
    // What was sent, and ended with the cell before anything was known of it, was not missed.
    missed_sends: reduced === null ? null : reduced.counts.skipped - (reduced.notes?.['undecided'] ?? 0),
    busy_ratio: busy,
    near: sideOf(mine),
    far: far === undefined ? null : sideOf(theirs),
  };
}

/** A load keeps its thread busy: how much of a core it had is told by other rules than these. */
function senderReasons(vitals: SeatVitals, clock: Instrument['clock']): Found[] {
  // Stamps of the kernel are not late when the loop is.
  return [...waitReasons(vitals), ...(clock === 'kernel' ? [] : loopReasons(vitals, 'receive stamps'))];
}

/** With the kernel's stamps an end tells how long it held each packet, whatever held it up: that is in no round trip. */
function answererReasons(vitals: SeatVitals, clock: Instrument['clock']): Found[] {
  return clock === 'kernel' ? [] : [...waitReasons(vitals), ...loopReasons(vitals, 'its answers')];
}

/** Who stamped what an end received. */
function stampedBy(seat: SeatRecords<Tables> | undefined): Instrument['clock'] {
  const stamps = kernelStamps(seat);
  if (stamps === null || stamps.kernel === 0) return 'user';
  return stamps.kernel === stamps.of ? 'kernel' : 'mixed';
}

function stateOf(near: Found[], far: Found[], farIsOurs: boolean): Instrument['state'] {
  const decisive = farIsOurs ? [...near, ...far] : near;
  if (decisive.some(({ grave }) => grave)) return 'invalid';
  return near.length + far.length > 0 ? 'suspect' : 'valid';
}

function reasonsOf(found: Found[], side: Side): Instrument['reasons'] {
  return found.map(({ code, why }) => ({ side, code, why }));
}

function sideOf(vitals: SeatVitals): NonNullable<Instrument['near']> {
  const { clock, load, throttling, lane, congestionControl } = vitals;
  return {
    clock:
      clock === null
        ? null
        : {
            synchronised: clock.synchronised,
            max_error_ms: clock.max_error_ns === null ? null : roundTo(clock.max_error_ns / 1e6, 'ms'),
            step_ms: roundTo(clock.step_ns / 1e6, 'ms'),
          },
    host_load: load === null ? null : { ...load, throttled_intervals: throttling?.throttled_intervals ?? null },
    waited_ratio: waited(vitals),
    event_loop_delay_ms: loopDelay(vitals),
    spins: lane?.spins ?? null,
    congestion_control: congestionControl,
  };
}
