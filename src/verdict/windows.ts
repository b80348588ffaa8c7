import type { WorstWindow } from '../contract/figures.ts';
import type { Metric } from '../contract/kind.ts';
import type { PlanRequirement } from '../contract/plan.ts';
import { supportedQuantile } from '../stats/quantile.ts';
import { sortedReceived } from '../stats/received.ts';
import { roundTo } from '../stats/round.ts';
import { exceeds, isUpper, type Present } from './exceedance.ts';

const NS = 1e9;
const SHORT_NS = 10 * NS;
const LONG_NS = 300 * NS;
/** From here on a cell is cut into long windows. */
const LONG_CELL_NS = 600 * NS;

/**
 * Of the windows of all these cells the one in which the largest share of samples exceeded; of those alike, the one with
 * the worst figure, then the earliest. Windows are of 10 s, or 5 min of cells of 10 min and more, from the cell's start;
 * what is left over by less than half a window belongs to the last. Null for a ratio that does not tell when its hits were.
 */
export function worstWindow(
  cells: readonly { cell: string; estimate: Present }[],
  requirement: PlanRequirement,
  metric: Metric,
): WorstWindow | null {
  const windows = cells.flatMap(({ cell, estimate }) => windowsOf(cell, estimate, requirement));
  const most = windows.reduce((share, { exceeding, n }) => Math.max(share, exceeding / n), 0);
  const shown = windows
    .filter(({ exceeding, n }) => exceeding / n === most)
    .map(({ values, ...window }) => ({ ...window, observed: observedIn(values, requirement, metric) }));
  const sign = isUpper(requirement.comparison) ? -1 : 1;
  const rank = ({ observed }: WorstWindow) => (observed === null ? Infinity : sign * observed);
  return shown.reduce<WorstWindow | null>((a, b) => (a === null || rank(b) < rank(a) ? b : a), null);
}

interface Window extends Omit<WorstWindow, 'observed'> {
  /** As the estimate has them; of a ratio 1 for a hit. */
  values: Float64Array;
}

function windowsOf(cell: string, estimate: Present, requirement: PlanRequirement): Window[] {
  const series = seriesOf(estimate);
  if (series === null || series.at.length === 0) return [];
  const span = series.at.reduce((latest, time) => Math.max(latest, time), 0);
  const length = span < LONG_CELL_NS ? SHORT_NS : LONG_NS;
  const last = Math.max(1, Math.round(span / length)) - 1;
  const parts = split(series, last + 1, (time) => Math.min(last, Math.max(0, Math.floor(time / length))));
  return parts.flatMap((values, i) => {
    if (values.length === 0) return [];
    const toSec = Number(((i === last ? span : (i + 1) * length) / NS).toFixed(3));
    const exceeding = values.reduce((sum, value) => sum + (isBeyond(value, requirement) ? 1 : 0), 0);
    return [{ cell, fromSec: (i * length) / NS, toSec, n: values.length, exceeding, values }];
  });
}

function seriesOf(estimate: Present): { values: Float64Array; at: Float64Array } | null {
  if (estimate.is === 'sample') return estimate;
  if (estimate.is !== 'ratio' || estimate.series === undefined) return null;
  return { values: Float64Array.from(estimate.series.hit), at: estimate.series.at };
}

/** The values by window, each window's in their own order. */
function split(
  { values, at }: { values: Float64Array; at: Float64Array },
  windows: number,
  windowAt: (time: number) => number,
): Float64Array[] {
  const next = new Uint32Array(windows + 1);
  for (const time of at) next[windowAt(time) + 1] = (next[windowAt(time) + 1] as number) + 1;
  for (let i = 1; i <= windows; i += 1) next[i] = (next[i] as number) + (next[i - 1] as number);
  const starts = next.slice();
  const ordered = values.slice();
  at.forEach((time, i) => {
    const window = windowAt(time);
    ordered[next[window] as number] = values[i] as number;
    next[window] = (next[window] as number) + 1;
  });
  return Array.from({ length: windows }, (_, i) => ordered.subarray(starts[i], starts[i + 1]));
}

function isBeyond(value: number, requirement: PlanRequirement): boolean {
  if (requirement.statistic.is === 'quantile') return exceeds(value, requirement);
  return value === (isUpper(requirement.comparison) ? 1 : 0);
}

function observedIn(values: Float64Array, { statistic }: PlanRequirement, { unit }: Metric): number | null {
  if (statistic.is === 'ratio') return roundTo(values.reduce((sum, hit) => sum + hit, 0) / values.length, unit);
  const quantile = supportedQuantile(sortedReceived(values), statistic.p);
  return quantile === null ? null : roundTo(quantile, unit);
}
