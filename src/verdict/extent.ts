import type { Metric } from '../contract/kind.ts';
import type { PlanRequirement } from '../contract/plan.ts';
import { quantileRanks } from '../stats/interval.ts';
import { type Exceedance, isUpper } from './exceedance.ts';

/**
 * How far delays reach, in the metric's unit: what is lost or failed reaches to +Infinity. Of two paths that begin with
 * the same stretch this tells whether what disturbed one of them can have made the other one late.
 */
export interface Extent {
  /** The least that was received. */
  best: number;
  /** No more than half of what may exceed is beyond this. */
  most: number;
  /** At 97.5%, more than one and a half times what may exceed is at or beyond this. −Infinity: nothing is sure. */
  sure: number;
}

/**
 * The extent of a requirement's samples, which are worth `nEffective`; null for what is no delay. If at most `allowed` of a
 * path's delays exceed T by themselves, and a disturbance of it is above V for at most half of that share, then at most
 * one and a half times `allowed` exceed T + V, however the two come together (Boole's inequality).
 */
export function extentOf(
  { requirement, metric }: { requirement: PlanRequirement; metric: Metric },
  { sorted, n, allowed }: Pick<Exceedance, 'sorted' | 'n' | 'allowed'>,
  nEffective: number,
): Extent | null {
  if (sorted === null || sorted.length === 0 || metric.unit !== 'ms' || !isUpper(requirement.comparison)) return null;
  const level = 1 - 1.5 * allowed;
  const [rank] = level <= 0 ? [null] : quantileRanks(level, n, Math.min(n, Math.max(1, nEffective)));
  const ranked = (place: number) => sorted[place - 1] ?? Infinity;
  return {
    best: ranked(1),
    most: ranked(n - Math.floor((allowed / 2) * n)),
    sure: rank == null ? -Infinity : ranked(rank),
  };
}
