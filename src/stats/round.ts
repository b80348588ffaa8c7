import { NetprobeError } from '../contract/error.ts';
import type { Interval } from '../contract/figures.ts';
import type { MetricUnit } from '../contract/kind.ts';
import type { EffectiveSize } from './effective-size.ts';

/**
 * A figure as reports carry it, so that the same records give the same bytes: ms to 6 decimals (1 ns), bit/s whole,
 * ratios to 9 significant digits, bytes and pure numbers to at most 6 decimals. Halves go away from zero, never to −0.
 */
export function roundTo(value: number, unit: MetricUnit): number {
  if (!Number.isFinite(value)) throw new NetprobeError('NETPROBE_RECORDS_INVALID', `a figure came out as ${value}`);
  // Adding 0 turns −0 into 0, which YAML and tables would show with its sign.
  return Number(written(value, unit)) + 0;
}

/** Both bounds as figures are rounded; what has no bound stays null. */
export function roundInterval([lower, upper]: Interval, unit: MetricUnit): Interval {
  return [lower === null ? null : roundTo(lower, unit), upper === null ? null : roundTo(upper, unit)];
}

type Size = Pick<EffectiveSize, 'nEffective' | 'rho1'>;

/** An effective size as figures and verdicts carry it. */
export function roundSize({ nEffective, rho1 }: Size): Size {
  return { nEffective: roundTo(nEffective, '1'), rho1: rho1 === null ? null : roundTo(rho1, '1') };
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
