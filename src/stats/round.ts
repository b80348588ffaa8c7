import { NetprobeError } from '../contract/error.ts';
import type { MetricUnit } from '../contract/kind.ts';

/**
 * A figure as reports carry it, so that the same records give the same bytes: ms to 6 decimals (1 ns), bit/s whole,
 * ratios to 9 significant digits, bytes and pure numbers to at most 6 decimals. Halves go away from zero, never to −0.
 */
export function roundTo(value: number, unit: MetricUnit): number {
  if (!Number.isFinite(value)) throw new NetprobeError('NETPROBE_RECORDS_INVALID', `a figure came out as ${value}`);
  // Adding 0 turns −0 into 0, which YAML and tables would show with its sign.
  return Number(written(value, unit)) + 0;
}

function written(value: number, unit: MetricUnit): string {
  switch (unit) {
    case 'bit/s':
      return value.toFixed(0);
    case 'ratio':
      return value.toPrecision(9);
    case 'ms':
    case 'B':
    case '1':
      return value.toFixed(6);
  }
}
