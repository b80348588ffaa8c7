import * as v from 'valibot';
import { DIRECTIONS, type Direction, type Flow, INTERVAL_NS, phasesOf } from './intervals.ts';
import type { Cost } from './kind.ts';
import type { Ns } from './records.ts';
import { duration } from './units.ts';

/** Option keys that every throughput kind shares. */
export const throughputEntries = {
  direction: v.optional(v.picklist(DIRECTIONS, 'forward, reverse, each or duplex'), 'each'),
  duration: v.optional(duration({ min: 200e6, max: 86_400e9, words: 'from 200ms to 24h' }), '10s'),
  /** Counted and kept, but left out of every figure: slow start is not the path's throughput. */
  warmup: v.optional(duration({ max: 60e9, words: 'at most 1m' }), '2s'),
};

/** A phase that has not ended so long after its time has a stalled end. */
export const STALL_NS: Ns = 10e9;

interface ThroughputNeeds {
  direction: Direction;
  duration: Ns;
  warmup: Ns;
  streams: number;
  /** Largest single message; 0 where the payload has none. */
  payloadBytes: number;
}

/** What a plan is told of a flow's intervals. */
export function throughputSamples({ duration }: { duration: Ns }): { count: number; spacingNs: Ns } {
  return { count: Math.floor(duration / INTERVAL_NS), spacingNs: INTERVAL_NS };
}

/** Worst case per seat of a throughput cell. Bytes are only known when the path's rate is. */
export function throughputCost(o: ThroughputNeeds, path: { bps?: number }): Cost[] {
  const phases = phasesOf(o.direction);
  const phaseNs = o.warmup + o.duration;
  // Sums over the phases in which the seat receives; one row more per stream for the interval that was cut off.
  const rows = (flow: Flow) =>
    phases.filter((flows) => flows.includes(flow)).length * o.streams * (Math.ceil(phaseNs / INTERVAL_NS) + 2);
  const bytes = (flow: Flow) => {
    if (!phases.flat().includes(flow)) return 0;
    return path.bps === undefined ? null : Math.ceil((path.bps / 8) * (phaseNs / 1e9));
  };
  const common = {
    durationNs: phases.length * (phaseNs + STALL_NS),
    connections: phases.length * o.streams,
    payloadBytes: o.payloadBytes,
    bps: 'saturating' as const,
    packetsPerSecond: null,
  };
  return [
    { ...common, bytesOut: bytes('fwd'), bytesIn: bytes('rev'), rows: { interval: rows('rev') } },
    { ...common, bytesOut: bytes('rev'), bytesIn: bytes('fwd'), rows: { interval: rows('fwd') } },
  ];
}
