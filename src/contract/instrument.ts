/**
 * What a cause can put in doubt: `latency` is every figure of requests and packets, their losses and counts included;
 * `rate` is throughput; `one-way` compares the wall clocks of both ends.
 */
export type Bearing = 'latency' | 'rate' | 'one-way';

/** The limits of the instrument, at whichever end. */
export const INSTRUMENT_LIMITS = {
  /** Sends later than this, at the 99th percentile, are no longer the schedule that was asked for; … */
  lateMs: 1,
  /** … and later than this, they are another one. */
  tooLateMs: 50,
  /** Where the sender does not spin, sends later than this are later than a spinning one's. */
  noSpinLateMs: 0.3,
  /** Of its time, the measuring thread may have waited for a core so long, … */
  waitedRatio: 0.02,
  /** … and not so long. */
  starvedRatio: 0.25,
  /** What a process stamps or answers is late by what its event loop is, at the 99th percentile. */
  loopDelayMs: 2,
  /** A thread or core that has less time left may itself have been the limit. */
  busyRatio: 0.85,
  /** Time that a hypervisor took for others. */
  stealRatio: 0.02,
} as const;

interface Cause {
  bears: readonly Bearing[];
  /** The most that it can make of the instrument's state; `invalid` only at an end that is ours. */
  worst: 'suspect' | 'invalid';
  doc: string;
}

const { lateMs, tooLateMs, noSpinLateMs, waitedRatio, starvedRatio, loopDelayMs, busyRatio, stealRatio } =
  INSTRUMENT_LIMITS;

/** Every code that the reasons of an instrument section may have. Documented in docs/instrument.md. */
export const INSTRUMENT_CODES = {
  'send-lateness': {
    bears: ['latency'],
    worst: 'invalid',
    doc: `p99 of actual minus intended send time above ${lateMs} ms (of fewer than 100 sends, the latest); invalid above ${tooLateMs} ms`,
  },
  'no-spin': {
    bears: ['latency'],
    worst: 'suspect',
    doc: `one usable core, so that sends wait for timers instead of spinning, and were later than ${noSpinLateMs} ms (p99)`,
  },
  starved: {
    bears: ['latency'],
    worst: 'invalid',
    doc: `the measuring thread was ready to run and had no core for more than ${percent(waitedRatio)} of the time; invalid above ${percent(starvedRatio)}`,
  },
  'event-loop': {
    bears: ['latency'],
    worst: 'suspect',
    doc: `the event loop was more than ${loopDelayMs} ms late (p99), and no kernel stamps tell what arrived when`,
  },
  'generator-bound': {
    bears: ['rate'],
    worst: 'suspect',
    doc: `the measuring thread was at least ${percent(busyRatio)} busy: the limit may be its own`,
  },
  'core-busy': {
    bears: ['rate'],
    worst: 'suspect',
    doc: `in most seconds some core, interrupts included, was at least ${percent(busyRatio)} busy`,
  },
  throttled: {
    bears: ['latency', 'rate'],
    worst: 'suspect',
    doc: 'in most seconds a quota of processor time (cgroup) stopped the processes that measure',
  },
  steal: {
    bears: ['latency', 'rate'],
    worst: 'suspect',
    doc: `in most seconds the hypervisor took at least ${percent(stealRatio)} of the processors' time for others`,
  },
  'clock-step': {
    bears: ['one-way'],
    worst: 'suspect',
    doc: 'the wall clock was set while measuring: no one-way delays',
  },
  'local-bottleneck': {
    bears: ['rate'],
    worst: 'suspect',
    doc: 'at least three sites stopped at one rate: it may be that of this machine or its link',
  },
} as const satisfies Record<string, Cause>;

export type InstrumentCode = keyof typeof INSTRUMENT_CODES;

/** Whether a reason with this code puts figures of this sort in doubt. Codes that are not known put nothing in doubt. */
export function bearsOn(code: string, bearing: Bearing): boolean {
  return causeOf(code)?.bears.includes(bearing) ?? false;
}

/** Whether a reason with this code can make an instrument invalid. */
export function canInvalidate(code: string): boolean {
  return causeOf(code)?.worst === 'invalid';
}

function causeOf(code: string): Cause | undefined {
  return Object.hasOwn(INSTRUMENT_CODES, code) ? INSTRUMENT_CODES[code as InstrumentCode] : undefined;
}

function percent(share: number): string {
  return `${share * 100}%`;
}
