import * as v from 'valibot';

// Everything in sites.yaml that has a dimension is written with its unit. A bare number is an error: 10 of what?

const DURATION_NS: Record<string, number> = { ns: 1, us: 1e3, ms: 1e6, s: 1e9, m: 60e9, min: 60e9, h: 3600e9 };
const SIZE_BYTES: Record<string, number> = {
  B: 1,
  kB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
};
const BANDWIDTH_BPS: Record<string, number> = {
  'bit/s': 1,
  'kbit/s': 1e3,
  'Mbit/s': 1e6,
  'Gbit/s': 1e9,
  'Tbit/s': 1e12,
};
const RATE_HZ: Record<string, number> = { '/s': 1, '/min': 1 / 60, '/h': 1 / 3600 };

const NUMBER = '(\\d+(?:\\.\\d+)?)';

interface Dimension {
  units: Record<string, number>;
  pattern: RegExp;
  expected: string;
}

function dimension(units: Record<string, number>, expected: string): Dimension {
  const names = Object.keys(units).map((name) => name.replace('/', '\\/'));
  return { units, pattern: new RegExp(`^${NUMBER} ?(${names.join('|')})$`), expected };
}

const DURATION = dimension(DURATION_NS, 'a duration such as 10s, 250ms or 2m');
const SIZE = dimension(SIZE_BYTES, 'a size such as 64 B, 256 KiB or 1 MB');
const BANDWIDTH = dimension(BANDWIDTH_BPS, 'a bandwidth such as 500 Mbit/s or 5 Gbit/s');
const RATE = dimension(RATE_HZ, 'a rate such as 100/s or 30/min');

function read(text: string, { units, pattern }: Dimension): number | undefined {
  const match = pattern.exec(text);
  const factor = match?.[2] === undefined ? undefined : units[match[2]];
  const value = match === null || factor === undefined ? Number.NaN : Number(match[1]) * factor;
  return Number.isFinite(value) ? value : undefined;
}

/** Nanoseconds of "10s", "250ms", "2m"; undefined when it is not a duration. */
export function parseDuration(text: string): number | undefined {
  const ns = read(text, DURATION);
  return ns === undefined ? undefined : Math.round(ns);
}

/** Bytes of "64 B", "1 MiB", "1 MB"; undefined when it is not a size. */
export function parseSize(text: string): number | undefined {
  const bytes = read(text, SIZE);
  return bytes === undefined ? undefined : Math.round(bytes);
}

/** Bits per second of "5 Gbit/s"; undefined when it is not a bandwidth. */
export function parseBandwidth(text: string): number | undefined {
  const bps = read(text, BANDWIDTH);
  return bps === undefined ? undefined : Math.round(bps);
}

/** Events per second of "20/s"; undefined when it is not a rate. */
export function parseRate(text: string): number | undefined {
  return read(text, RATE);
}

/** The shortest exact way to write so many nanoseconds. */
export function formatDuration(ns: number): string {
  for (const unit of ['h', 'm', 's', 'ms', 'us']) {
    const factor = DURATION_NS[unit] as number;
    if (ns >= factor && Number.isInteger((ns / factor) * 1000) && (ns / factor) * factor === ns)
      return `${ns / factor}${unit}`;
  }
  return `${ns}ns`;
}

/** A rate in bit/s for people: three significant digits and a decimal prefix. */
export function formatBandwidth(bps: number): string {
  for (const unit of ['Tbit/s', 'Gbit/s', 'Mbit/s', 'kbit/s']) {
    const factor = BANDWIDTH_BPS[unit] as number;
    if (bps >= factor) return `${significant(bps / factor)} ${unit}`;
  }
  return `${significant(bps)} bit/s`;
}

/** A number of bytes for people, with a binary prefix. */
export function formatSize(bytes: number): string {
  for (const unit of ['TiB', 'GiB', 'MiB', 'KiB']) {
    const factor = SIZE_BYTES[unit] as number;
    if (bytes >= factor) return `${significant(bytes / factor)} ${unit}`;
  }
  return `${bytes} B`;
}

function significant(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}

interface Range {
  min?: number;
  max?: number;
  /** The range in words, for the error. */
  words?: string;
}

function quantity(dim: Dimension, range: Range) {
  const expected = range.words === undefined ? dim.expected : `${dim.expected}, ${range.words}`;
  // Digits beyond what a number holds are as wrong as any other value out of range.
  const number = (text: string) => read(text, dim) ?? Number.POSITIVE_INFINITY;
  return v.pipe(
    v.string(dim.expected),
    v.regex(dim.pattern, dim.expected),
    v.check(
      (text) => number(text) >= (range.min ?? 0) && number(text) <= (range.max ?? Number.MAX_SAFE_INTEGER),
      expected,
    ),
    v.transform((text) => number(text)),
  );
}

/** Schema of a duration: "10s" → nanoseconds. */
export function duration(range: Range = {}) {
  return v.pipe(quantity(DURATION, range), v.transform(Math.round));
}

/** Schema of a size: "64 KiB" → bytes. */
export function size(range: Range = {}) {
  return v.pipe(quantity(SIZE, range), v.transform(Math.round));
}

/** Schema of a bandwidth: "5 Gbit/s" → bit/s. */
export function bandwidth(range: Range = {}) {
  return v.pipe(quantity(BANDWIDTH, range), v.transform(Math.round));
}

/** Schema of a rate: "20/s" → events per second, more than 0. */
export function rate(range: Range = {}) {
  return quantity(RATE, { min: Number.MIN_VALUE, ...range });
}

/** Schema of a whole number within a range. */
export function wholeNumber(min: number, max: number) {
  const expected = `a whole number from ${min} to ${max}`;
  return v.pipe(v.number(expected), v.integer(expected), v.minValue(min, expected), v.maxValue(max, expected));
}
