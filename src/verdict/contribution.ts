import type { Estimate } from '../contract/estimate.ts';
import type { Metric } from '../contract/kind.ts';
import type { PlanCell, PlanRequirement } from '../contract/plan.ts';
import { isUpper, type Present } from './exceedance.ts';
import { generatorBound, generatorLag, instrumentDoubt } from './lag.ts';
import { type JudgedCell, standing } from './standing.ts';
import { isBroken, type Withheld, withheldBy } from './withheld.ts';
import { errorWords } from './words.ts';

/** One round of what is judged: the cell of the plan, and what came of it. */
export interface Round {
  cell: PlanCell;
  judged: JudgedCell;
}

/** What one round may prove. */
export interface Contribution {
  cell: PlanCell;
  /** Null: there is nothing to count. */
  estimate: Present | null;
  /** What a PASS is tested on instead, where the estimate is the judged side's word; null: nothing is. */
  bound: Present | null;
  /** Why the whole cannot PASS with this round in it; null when it can. */
  noPass: string | null;
  /** Why its samples cannot prove a FAIL; null when they can. */
  noFail: string | null;
  /** It never completed: said beside every result. */
  ended: string | null;
  /** Nothing came back from the measured side: a FAIL without any test. */
  unreachable: string | null;
  /** It is the measured side's doing that the round is not whole. */
  withheld: Withheld | null;
  /** The cell broke off, or did not begin, by no doing of this end. */
  broken: boolean;
  /** It is the instrument's doing that the round proves nothing. */
  byInstrument: boolean;
}

/** What a round may prove, by how it ended and by how well it was measured: before any sample is counted. */
export function contributionOf({ cell, judged }: Round, requirement: PlanRequirement, metric: Metric): Contribution {
  const end = standing(judged, metric);
  const estimate = samplesOf(judged.estimate);
  const bound = boundsPass(requirement, metric) ? samplesOf(judged.bound) : null;
  const unreachable = end.is === 'unreachable' && requirement.onUnreachable === 'fail' ? end.why : null;
  const able = {
    cell,
    estimate,
    bound,
    ended: end.is === 'cut' ? end.why : null,
    unreachable,
    withheld: unreachable === null ? withheldBy(end, judged, cell) : null,
    broken: isBroken(judged),
    byInstrument: false,
  };
  const nothing = (why: string) => ({ ...able, bound: null, noPass: why, noFail: why });
  if (end.is === 'void') return { ...nothing(end.why), estimate: null };
  if (end.is === 'unreachable') return nothing(end.why);
  if (end.is === 'withheld') return nothing(able.withheld?.why ?? `failed: ${errorWords(judged.error)}`);
  const missing = whyMissing(judged.estimate);
  if (missing !== null && (bound === null || able.withheld !== null)) return nothing(missing);
  const lag = generatorLag(judged.sendLateness, metric, requirement.threshold);
  const doubt = lag ?? instrumentDoubt(judged.instrument, metric);
  if (doubt !== undefined) return { ...nothing(doubt), byInstrument: true };
  const limit = generatorBound(judged, metric);
  return {
    ...able,
    noPass: end.is === 'cut' ? 'the cell did not complete' : null,
    noFail: missing ?? limit ?? null,
    byInstrument: limit !== undefined,
  };
}

/** A bound is on the bad side of the metric: it proves that it is no worse, never that it is no better. */
function boundsPass({ comparison }: PlanRequirement, { better }: Metric): boolean {
  return isUpper(comparison) === (better !== 'higher');
}

function whyMissing(estimate: Estimate): string | null {
  if (estimate.is === 'missing') return estimate.why;
  return samplesOf(estimate) === null ? 'there is no sample to judge' : null;
}

/** Null where there is nothing to count. */
function samplesOf(estimate: Estimate | null): Present | null {
  if (estimate === null || estimate.is === 'missing') return null;
  return sizeOf(estimate) === 0 ? null : estimate;
}

function sizeOf(estimate: Present): number {
  switch (estimate.is) {
    case 'sample':
      return estimate.values.length;
    case 'ratio':
      return estimate.of;
    case 'scalar':
      return 1;
  }
}
