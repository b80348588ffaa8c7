import type { Direction, Flow } from '../contract/intervals.ts';
import type { Json } from '../contract/json.ts';
import type { Ns } from '../contract/records.ts';

/** What every throughput kind's options have. Durations in ns. */
export interface ThroughputOptions {
  direction: Direction;
  streams: number;
  duration: Ns;
  warmup: Ns;
}

/**
 * What the two ends tell each other over the control connection. `go`: all streams of the phase stand, the far end may
 * begin to send. `metered`: this end, a receiver, has counted its whole window, so the sender may stop.
 */
export type ThroughputMessage = { say: 'go' | 'metered'; phase: number };

/** Reads a message of the other end; undefined for anything else. No direction has more than two phases. */
export function readMessage(message: Json): ThroughputMessage | undefined {
  if (message === null || typeof message !== 'object' || Array.isArray(message)) return undefined;
  const { say, phase } = message;
  if ((say !== 'go' && say !== 'metered') || (phase !== 0 && phase !== 1)) return undefined;
  return { say, phase };
}

/** A stream's place: streams of phase 0 come first. */
export function placeOf(stream: number, streams: number): { phase: number; index: number } {
  return { phase: Math.floor(stream / streams), index: stream % streams };
}

export function phaseNs({ warmup, duration }: Pick<ThroughputOptions, 'warmup' | 'duration'>): Ns {
  return warmup + duration;
}

/** Payload counts of one end, by flow. */
export type FlowBytes = Record<Flow, number>;
