import type { Metric } from '../contract/kind.ts';
import type { PlanCell, PlanRequirement } from '../contract/plan.ts';
import type { Present } from './exceedance.ts';
import { generatorBound, generatorLag, instrumentDoubt } from './lag.ts';
import { type JudgedCell, standing } from './standing.ts';

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
  /** Why the whole cannot PASS with this round in it; null when it can. */
  noPass: string | null;
  /** Why its samples cannot prove a FAIL; null when they can. */
  noFail: string | null;
  /** It never completed: said beside every result. */
  ended: string | null;
  /** Nothing came back from the measured side: a FAIL without any test. */
  unreachable: string | null;
  /** The measured side's agent would not answer. */
  withheld: string | null;
  /** It is the instrument's doing that the round proves nothing. */
  byInstrument: boolean;
}

/** What a round may prove, by how it ended and by how well it was measured: before any sample is counted. */
export function contributionOf({ cell, judged }: Round, requirement: PlanRequirement, metric: Metric): Contribution {
  const end = standing(judged, metric);
  const { estimate } = judged;
  const ended = end.is === 'whole' ? null : end.why;
  const able = {
    cell,
    estimate: estimate.is === 'missing' ? null : estimate,
    ended,
    unreachable: null,
    withheld: null,
    byInstrument: false,
  };
  const nothing = (why: string) => ({ ...able, noPass: why, noFail: why });
  if (end.is === 'void') return { ...nothing(end.why), estimate: null, ended: null };
  if (end.is === 'unreachable') {
    const fails = requirement.onUnreachable === 'fail';
    return { ...nothing(end.why), ended: null, unreachable: fails ? end.why : null };
  }
  if (end.is === 'withheld') return { ...nothing(end.why), ended: null, withheld: end.why };
  if (estimate.is === 'missing') return nothing(estimate.why);
  if (sizeOf(estimate) === 0) return nothing('there is no sample to judge');
  const lag = generatorLag(judged.sendLateness, metric, requirement.threshold);
  const doubt = lag ?? instrumentDoubt(judged.instrument, metric);
  if (doubt !== undefined) return { ...nothing(doubt), byInstrument: true };
  const bound = generatorBound(judged, metric);
  return {
    ...able,
    noPass: end.is === 'cut' ? 'the cell did not complete' : null,
    noFail: bound ?? null,
    byInstrument: bound !== undefined,
  };
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
