import type { Metric } from './kind.ts';

/**
 * The columns that every latency kind's table begins with, one row per request. `received` is null unless an answer
 * came in time. Rows stand in the order in which they were settled; `seq` is the order in which they were sent.
 */
export const SAMPLE_COLUMNS = {
  seq: 'uint',
  intended: 'ns',
  sent: 'ns',
  received: 'ns',
  outcome: 'code',
} as const;

/** The delay metrics that every echo kind has. */
export const DELAY_METRICS = {
  rtt_ms: {
    unit: 'ms',
    better: 'lower',
    form: 'sample',
    doc: 'Round-trip time, from the actual send to the last byte of the reply.',
    ref: 'RFC 2681',
  },
  response_ms: {
    unit: 'ms',
    better: 'lower',
    form: 'sample',
    doc: 'From the intended send to the last byte of the reply: what an open-loop user waits, sender lateness included.',
  },
  ipdv_ms: {
    unit: 'ms',
    better: 'neither',
    form: 'sample',
    doc: 'Signed difference of the round-trip times of consecutive requests; undefined when either is missing.',
    ref: 'RFC 3393',
  },
  ipdv_abs_ms: {
    unit: 'ms',
    better: 'lower',
    form: 'sample',
    doc: 'Absolute value of ipdv_ms: what is commonly called jitter.',
    ref: 'RFC 3393',
  },
  pdv_ms: {
    unit: 'ms',
    better: 'lower',
    form: 'sample',
    doc: 'Round-trip time above the smallest of the cell: the form for thresholds and buffer sizes.',
    ref: 'RFC 5481',
  },
  jitter_rfc3550_ms: {
    unit: 'ms',
    better: 'lower',
    form: 'scalar',
    doc: 'Smoothed jitter at the end of the cell; dominated by its last 50 samples or so.',
    ref: 'RFC 3550 A.8',
  },
} as const satisfies Record<string, Metric>;

export const FAILURE_RATIO = {
  unit: 'ratio',
  better: 'lower',
  form: 'ratio',
  doc: 'Requests sent that were not answered rightly and in time, of those sent. TCP hides packet loss: this is not a loss ratio.',
} as const satisfies Metric;

export const DNS_MS = {
  unit: 'ms',
  better: 'lower',
  form: 'scalar',
  doc: "The look-up of the site's name, done once per cell before measuring; missing when an address was given.",
} as const satisfies Metric;

export const CONNECT_MS = {
  unit: 'ms',
  better: 'lower',
  form: 'scalar',
  doc: 'TCP handshake of the connection that the cell was measured over.',
} as const satisfies Metric;
