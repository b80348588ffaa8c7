import type { ErrorJson } from '../contract/error.ts';
import type { MetricUnit } from '../contract/kind.ts';
import type { Comparison, PlanRequirement } from '../contract/plan.ts';
import type { Basis, Count } from './counted.ts';
import { ALPHA, LEAST_EFFECTIVE, passNeeds, type Test } from './decide.ts';
import { isUpper } from './exceedance.ts';
import type { Finding, Word } from './finding.ts';

export const NOT_ISOLATED = 'fault not isolated';

/** How likely so many exceedances would be at the allowance: by themselves, and by Holm among all tests of the family. */
export interface FailChance {
  alone: number;
  inFamily: number;
  family: number;
}

/** Why samples that would pass do not. */
export function noPassWords(rounds: number): string {
  return rounds === 1 ? 'no PASS, since the cell did not complete' : 'no PASS, since not every round is whole';
}

/** What was counted, what is allowed, and by which test, in one sentence without its full stop. */
export function countSentence({ requirement, metric }: Finding, basis: Basis, { family }: FailChance): string {
  const { count, by, judgedOn } = basis;
  const counted =
    count.absent === null ? ratioCount(requirement, count) : sampleCount(requirement, count, count.absent, metric.unit);
  const source = judgedOn === null ? '' : `, judged on ${judgedOn}`;
  // Where nothing may exceed, one is proof: that takes no test.
  const test = count.allowed === 0 ? '' : `${testWords(count, by)}, `;
  return `${counted}${source}; ${allowance(requirement, count)} (${test}alpha ${ALPHA}, family of ${family})`;
}

/** What a FAIL rests on besides its count. */
export function failWords({ family: site }: Finding, { count }: Basis, { inFamily, family }: FailChance): string[] {
  if (count.allowed === 0) return [];
  const corrected = family === 1 ? '' : ` by Holm among ${family} tests of ${site}`;
  return [`p ${chanceText(inFamily)}${corrected}`];
}

/** Why a count decides nothing, and what would. */
export function openWords(finding: Finding, { count, by }: Basis, chance: FailChance): string[] {
  if (by.tooFew && by.p <= ALPHA)
    return [`they hang together too much: a verdict takes ${LEAST_EFFECTIVE} effective samples`];
  if (by === finding.fail && chance.alone <= ALPHA) {
    const { alone, inFamily, family } = chance;
    return [
      `p ${chanceText(alone)} alone, but ${chanceText(inFamily)} by Holm among ${family} tests of ${finding.family}`,
    ];
  }
  if (finding.excuses.length > 0 && count.exceeding > count.allowed * count.n) return finding.excuses;
  // Of a word that nothing bounds, no number of samples makes a PASS.
  if (finding.word !== null && finding.bound === null) return [];
  return [neededWords(count, by)];
}

/** That a verdict is about a figure that is the judged side's own word. */
export function restsWords({ word, requirement }: Finding): string[] {
  return word === null ? [] : [`${requirement.metric} rests on ${word.whose}`];
}

/** Why what the judged side's word would pass does not. `bounded`: there is something that it was tested on instead. */
export function unprovenWords({ whose, bound }: Word, bounded: boolean): string {
  if (bounded && bound !== null) return `by ${whose} it would pass; from here only ${bound.seen} is seen`;
  return `by ${whose} it would pass, and nothing that is seen from here bounds it: no PASS`;
}

/** An error as part of a sentence. */
export function errorWords(error: ErrorJson | null): string {
  return error === null ? 'no reason was recorded' : `${error.code}: ${error.message}`;
}

function neededWords(count: Count, by: Test): string {
  const needed = passNeeds(count.exceeding, count.n, count.allowed, by.nEffective);
  if (needed !== null) return `a PASS needs at least ${needed} samples if ${moreThan(count)} do`;
  if (count.allowed === 0) return 'no number of samples proves that none would';
  return 'that share is not below the allowance, so more samples alone will not turn it to PASS';
}

function sampleCount(requirement: PlanRequirement, count: Count, absent: number, unit: MetricUnit): string {
  const all = `${count.exceeding} of ${count.n} samples ${BEYOND[requirement.comparison]}`;
  const lost = absent === 0 ? '' : `, counting ${absent} lost or failed`;
  return `${all} ${quantity(requirement.threshold, unit)}${lost}`;
}

function ratioCount({ metric, comparison }: PlanRequirement, count: Count): string {
  return `${metric} ${isUpper(comparison) ? 'counts' : 'leaves out'} ${count.exceeding} of ${count.n} samples`;
}

function allowance({ statistic, comparison }: PlanRequirement, { allowed }: Count): string {
  if (allowed === 0) return 'none may';
  return `${statistic.is === 'ratio' && STRICT.has(comparison) ? 'less than' : 'at most'} ${percent(allowed)} may`;
}

/** What the test takes the samples for. All hits or none show nothing of how they would come together. */
function testWords({ absent, ordered }: Count, { nEffective, rho1 }: Test): string {
  if (!ordered || (absent === null && rho1 === null)) return 'binomial, samples taken as independent';
  return `binomial on ${effectiveText(nEffective)} effective samples`;
}

/** Rounded down: never more than they are worth. */
export function effectiveText(nEffective: number): string {
  return String(nEffective < 10 ? Math.floor(nEffective * 10) / 10 : Math.floor(nEffective));
}

const STRICT: ReadonlySet<Comparison> = new Set(['<', '>']);

const BEYOND: Record<Comparison, string> = {
  '<=': 'exceeded',
  '<': 'were not below',
  '>=': 'were below',
  '>': 'were not above',
};

function moreThan({ exceeding }: Count): string {
  return exceeding === 0 ? 'none of them' : `no more than ${exceeding} of them`;
}

function chanceText(p: number): string {
  return p < 0.0001 ? '< 0.0001' : String(Number(p.toPrecision(2)));
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
