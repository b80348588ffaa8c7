import type { MetricUnit } from '../contract/kind.ts';
import { formatBandwidth, formatSize } from '../contract/units.ts';

/** What stands where there is no number. */
export const NOTHING = '–';

/** A figure for people: three significant digits and its unit. */
export function formatValue(value: number, unit: MetricUnit): string {
  switch (unit) {
    case 'ms':
      return `${significant(value)} ms`;
    case 'bit/s':
      return formatBandwidth(value);
    case 'ratio':
      return `${trimmed(Number((value * 100).toPrecision(3)))}%`;
    case 'B':
      return formatSize(value);
    case '1':
      return significant(value);
  }
}

/** A figure to hold against a threshold: with all the digits that the report has, but rates with six. */
export function formatExact(value: number, unit: MetricUnit): string {
  switch (unit) {
    case 'ms':
      return `${trimmed(value)} ms`;
    case 'bit/s':
      return formatRate(value);
    case 'ratio':
    case '1':
      return trimmed(value);
    case 'B':
      return `${trimmed(value)} B`;
  }
}

const PREFIXES = [
  ['T', 1e12],
  ['G', 1e9],
  ['M', 1e6],
  ['k', 1e3],
] as const;

function formatRate(bps: number): string {
  const [prefix, factor] = PREFIXES.find(([, least]) => bps >= least) ?? ['', 1];
  return `${trimmed(Number((bps / factor).toPrecision(6)))} ${prefix}bit/s`;
}

function significant(value: number): string {
  if (value === 0) return '0';
  return Math.abs(value) >= 100 ? value.toFixed(0) : value.toPrecision(3);
}

/** Without exponent and without zeros at the end. */
function trimmed(value: number): string {
  return value.toLocaleString('en-US', { useGrouping: false, maximumFractionDigits: 12 });
}
