import type { ErrorJson } from '../contract/error.ts';
import type { VerdictResult } from '../contract/figures.ts';
import type { Metric, MetricUnit } from '../contract/kind.ts';
import type { Comparison, PlanRequirement } from '../contract/plan.ts';
import { ALPHA } from './decide.ts';
import { type Exceedance, isUpper } from './exceedance.ts';

export const NOT_ISOLATED = 'fault not isolated';

/** What was counted, what is allowed, and by which test, in one sentence without its full stop. */
export function countSentence(requirement: PlanRequirement, count: Exceedance, metric: Metric): string {
  const counted =
    count.absent === null ? ratioCount(requirement, count) : sampleCount(requirement, count, count.absent, metric.unit);
  return `${counted}; ${allowance(requirement, count)}`;
}

/** What follows from the result, to go after the count. */
export function consequence(result: VerdictResult, count: Exceedance, nNeeded: number | null): string {
  if (result === 'pass') return '';
  if (result === 'fail') return `; ${NOT_ISOLATED}`;
  if (nNeeded !== null) return `; a PASS needs at least ${nNeeded} samples if ${moreThan(count)} do`;
  if (count.allowed === 0) return '; no number of samples proves that none would';
  return '; that share is not below the allowance, so more samples alone will not turn it to PASS';
}

/** An error as part of a sentence. */
export function errorWords(error: ErrorJson | null): string {
  return error === null ? 'no reason was recorded' : `${error.code}: ${error.message}`;
}

function sampleCount(requirement: PlanRequirement, count: Exceedance, absent: number, unit: MetricUnit): string {
  const all = `${count.exceeding} of ${count.n} samples ${BEYOND[requirement.comparison]}`;
  const lost = absent === 0 ? '' : `, counting ${absent} lost or failed`;
  return `${all} ${quantity(requirement.threshold, unit)}${lost}`;
}

function ratioCount(requirement: PlanRequirement, count: Exceedance): string {
  const { metric, comparison } = requirement;
  const upper = isUpper(comparison);
  return `${metric} ${upper ? 'counts' : 'leaves out'} ${count.exceeding} of ${count.n} samples`;
}

function allowance(requirement: PlanRequirement, count: Exceedance): string {
  const test = `(binomial, alpha ${ALPHA}, samples taken as independent)`;
  if (count.allowed === 0) return 'none may';
  const most = requirement.statistic.is === 'ratio' && STRICT.has(requirement.comparison) ? 'less than' : 'at most';
  return `${most} ${percent(count.allowed)} may ${test}`;
}

const STRICT: ReadonlySet<Comparison> = new Set(['<', '>']);

const BEYOND: Record<Comparison, string> = {
  '<=': 'exceeded',
  '<': 'were not below',
  '>=': 'were below',
  '>': 'were not above',
};

function moreThan(count: Exceedance): string {
  return count.exceeding === 0 ? 'none of them' : `no more than ${count.exceeding} of them`;
}

function percent(share: number): string {
  return `${Number((share * 100).toPrecision(9))}%`;
}

/** A threshold with its unit, exactly: never rounded, since it is compared with what is written in the suite. */
function quantity(value: number, unit: MetricUnit): string {
  if (unit === 'ratio' || unit === '1') return String(value);
  if (unit !== 'bit/s') return `${value} ${unit}`;
  for (const [prefix, factor] of PREFIXES) {
    if (value >= factor) return `${Number((value / factor).toPrecision(15))} ${prefix}bit/s`;
  }
  return `${value} bit/s`;
}

const PREFIXES = [
  ['T', 1e12],
  ['G', 1e9],
  ['M', 1e6],
  ['k', 1e3],
] as const;
