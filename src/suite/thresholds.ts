import type { MetricUnit } from '../contract/kind.ts';
import { parseBandwidth, parseSize } from '../contract/units.ts';

const MS_EXPONENT: Record<string, number> = { us: -3, ms: 0, s: 3 };

const WORDS: Record<MetricUnit, string> = {
  ms: 'milliseconds, or a number with us, ms or s',
  'bit/s': 'a bandwidth such as 500 Mbit/s or 5 Gbit/s',
  ratio: 'a ratio from 0 to 1 such as 0.001 or 1e-5, or a percentage such as 0.1%',
  B: 'a size such as 64 B or 256 KiB',
  '1': 'a number without a unit',
};

/** What a threshold in this unit may look like. */
export function unitWords(unit: MetricUnit): string {
  return WORDS[unit];
}

/** A threshold as written in a metric's own unit, which a bare number is in; undefined when it does not fit. */
export function toMetricUnit(number: string, unit: string | undefined, own: MetricUnit): number | undefined {
  const value = convert(number, unit, own);
  return value === undefined || !Number.isFinite(value) ? undefined : value;
}

function convert(number: string, unit: string | undefined, own: MetricUnit): number | undefined {
  switch (own) {
    case 'ms':
      return shift(number, unit === undefined ? 0 : MS_EXPONENT[unit]);
    case 'bit/s':
      return parseBandwidth(`${number} ${unit ?? 'bit/s'}`);
    case 'B':
      return parseSize(`${number} ${unit ?? 'B'}`);
    case 'ratio': {
      const ratio = shift(number, unit === undefined ? 0 : unit === '%' ? -2 : undefined);
      return ratio !== undefined && ratio >= 0 && ratio <= 1 ? ratio : undefined;
    }
    case '1':
      return unit === undefined ? Number(number) : undefined;
  }
}

/** The number times a power of ten, exactly as if written so: 0.1% is 0.001. */
function shift(number: string, exponent: number | undefined): number | undefined {
  return exponent === undefined ? undefined : Number(`${number}e${exponent}`);
}
