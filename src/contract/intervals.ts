import type { Metric } from './kind.ts';
import type { Ns } from './records.ts';

/** Throughput is counted at the receiver in intervals of this length. */
export const INTERVAL_NS: Ns = 100e6;

/** from → to of the cell, or back. The numbers are part of the sample format. */
export const FLOWS = ['fwd', 'rev'] as const;
export type Flow = (typeof FLOWS)[number];

/** `each`: first forward alone, then reverse alone. `duplex`: both at the same time. */
export const DIRECTIONS = ['forward', 'reverse', 'each', 'duplex'] as const;
export type Direction = (typeof DIRECTIONS)[number];

/** The flows of each phase of a cell, one phase after another. */
export function phasesOf(direction: Direction): Flow[][] {
  switch (direction) {
    case 'forward':
      return [['fwd']];
    case 'reverse':
      return [['rev']];
    case 'each':
      return [['fwd'], ['rev']];
    case 'duplex':
      return [['fwd', 'rev']];
  }
}

/** The table that every throughput kind stores, at whichever seat receives: one row per stream and interval. */
export const INTERVAL_COLUMNS = {
  flow: 'code',
  stream: 'uint',
  start: 'ns',
  end: 'ns',
  bytes: 'uint',
  /** 1: warm-up or cut off; kept, and counted in no figure. */
  omitted: 'code',
} as const;

const stated = { statedBy: 'agent' } as const;

const goodput = (flow: string) =>
  ({
    unit: 'bit/s',
    better: 'higher',
    form: 'sample',
    series: true,
    doc: `Payload received ${flow}, all streams together, per 100 ms interval after warm-up; counted at the receiver.`,
    ref: 'RFC 2647 §3.17',
  }) as const satisfies Metric;

const bytes = (doc: string) => ({ unit: 'B', better: 'neither', form: 'scalar', doc }) as const satisfies Metric;

/** The metrics that every throughput kind has. */
export const GOODPUT_METRICS = {
  goodput_fwd_bps: {
    ...goodput('at the far end of from → to, as that end states (never more than this side sent)'),
    ...stated,
  },
  goodput_rev_bps: goodput('back, at the near end of to → from'),
  sent_fwd_bytes: bytes('Payload that the near end handed to its network stack, warm-up included.'),
  received_fwd_bytes: { ...bytes('Payload that the far end says it counted, warm-up included.'), ...stated },
  sent_rev_bytes: {
    ...bytes('Payload that the far end says it handed to its network stack, warm-up included.'),
    ...stated,
  },
  received_rev_bytes: bytes('Payload that the near end counted, warm-up included.'),
} as const;
