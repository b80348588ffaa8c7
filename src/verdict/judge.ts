import type { Estimate } from '../contract/estimate.ts';
import type { Verdict } from '../contract/figures.ts';
import type { Metric } from '../contract/kind.ts';
import type { PlanCell, PlanRequirement } from '../contract/plan.ts';
import { ALPHA, decide, passNeeds } from './decide.ts';
import { countExceeding, type Present } from './exceedance.ts';
import { generatorBound, generatorLag } from './lag.ts';
import { type JudgedCell, type Standing, standing } from './standing.ts';
import { consequence, countSentence, NOT_ISOLATED } from './words.ts';

export type { JudgedCell } from './standing.ts';

type Finding = Pick<Verdict, 'result' | 'observed' | 'n' | 'exceeding' | 'nNeeded' | 'why'>;

const NO_PASS = 'no PASS, since the cell did not complete';
const NOTHING_JUDGED = { observed: null, n: 0, exceeding: null, nNeeded: null };

/**
 * Judges one requirement on one cell: pass, fail, or inconclusive with what would be needed. Exceedances are counted over
 * all samples, lost and failed ones included; the observed figure is of what was received.
 */
export function judge(requirement: PlanRequirement, cell: PlanCell, result: JudgedCell, metric: Metric): Verdict {
  const { result: outcome, observed, n, exceeding, nNeeded, why } = finding(requirement, result, metric);
  return {
    id: requirement.id,
    clause: requirement.clause,
    level: requirement.level,
    requirement: requirement.text,
    probe: cell.probe,
    from: cell.from,
    to: cell.to,
    cell: cell.id,
    result: outcome,
    observed,
    n,
    exceeding,
    nNeeded,
    alpha: ALPHA,
    why,
  };
}

function finding(requirement: PlanRequirement, result: JudgedCell, metric: Metric): Finding {
  const end = standing(result, metric);
  const { estimate } = result;
  if (end.is === 'void') return { ...NOTHING_JUDGED, result: 'inconclusive', why: end.why };
  if (end.is === 'unreachable') return unreachable(requirement, estimate, metric, end.why);
  if (estimate.is === 'missing') return { ...NOTHING_JUDGED, result: 'inconclusive', why: withEnd(estimate.why, end) };
  const impossible = impossibleRatio(requirement);
  if (impossible !== undefined) return { ...NOTHING_JUDGED, result: 'inconclusive', why: impossible };
  return byCount(requirement, result, estimate, metric, end);
}

function unreachable(requirement: PlanRequirement, estimate: Estimate, metric: Metric, why: string): Finding {
  const count = estimate.is === 'missing' ? NOTHING_JUDGED : countExceeding(requirement, estimate, metric);
  const judged = { ...NOTHING_JUDGED, n: count.n, exceeding: count.n === 0 ? null : count.exceeding };
  if (requirement.onUnreachable === 'inconclusive') return { ...judged, result: 'inconclusive', why };
  return { ...judged, result: 'fail', why: `${why}; ${NOT_ISOLATED}` };
}

function byCount(
  requirement: PlanRequirement,
  result: JudgedCell,
  estimate: Present,
  metric: Metric,
  end: Standing,
): Finding {
  const count = countExceeding(requirement, estimate, metric);
  const { observed, n, exceeding, allowed } = count;
  const nNeeded = passNeeds(exceeding, n, allowed);
  const judged = { observed, n, exceeding, nNeeded };
  if (n === 0) return { ...judged, exceeding: null, result: 'inconclusive', why: withEnd(noSample(nNeeded), end) };
  const lag = generatorLag(result.sendLateness, metric, requirement.threshold);
  if (lag !== undefined) return { ...judged, result: 'inconclusive', why: withEnd(lag, end) };
  const tested = decide(exceeding, n, allowed);
  const bound = tested === 'fail' ? generatorBound(result.busyRatio, metric) : undefined;
  if (bound !== undefined) return { ...judged, result: 'inconclusive', why: withEnd(bound, end) };
  const sentence = countSentence(requirement, count, metric);
  if (tested === 'pass' && end.is !== 'whole')
    return { ...judged, result: 'inconclusive', why: withEnd(`${sentence}; ${NO_PASS}`, end) };
  return { ...judged, result: tested, why: withEnd(`${sentence}${consequence(tested, count, nNeeded)}`, end) };
}

/** A cell that ended early says so, and why. */
function withEnd(why: string, end: Standing): string {
  return end.is === 'whole' ? why : `${why}; ${end.why}`;
}

function noSample(nNeeded: number | null): string {
  return nNeeded === null ? 'there is no sample to judge' : `there is no sample to judge, a PASS needs ${nNeeded}`;
}

/** A ratio is from 0 to 1: 5 was meant as percent, and every ratio would pass it. */
function impossibleRatio(requirement: PlanRequirement): string | undefined {
  const { statistic, threshold } = requirement;
  if (statistic.is !== 'ratio' || (threshold >= 0 && threshold <= 1)) return undefined;
  return `a ratio is from 0 to 1, and cannot be judged against ${threshold}`;
}
