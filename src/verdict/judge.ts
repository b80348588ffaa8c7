import type { Verdict } from '../contract/figures.ts';
import { roundSize } from '../stats/round.ts';
import { conclude } from './conclude.ts';
import { ALPHA, passNeeds } from './decide.ts';
import type { Finding } from './finding.ts';
import { holm } from './holm.ts';

export { type Asked, type Finding, find, type Word } from './finding.ts';
export type { JudgedCell } from './standing.ts';

/**
 * Judges findings: pass, fail, or inconclusive with what would be needed. Each PASS is at ALPHA, since to pass all takes
 * each of them; a FAIL shares ALPHA with all tests of its family, never with another candidate's.
 */
export function judge(findings: readonly Finding[]): Verdict[] {
  const families = new Map<string, Finding[]>();
  for (const finding of findings) families.set(finding.family, [...(families.get(finding.family) ?? []), finding]);
  const verdicts = new Map<Finding, Verdict>();
  for (const family of families.values()) {
    const alone = family.map(({ fail, answered }) => (fail ?? answered?.fail)?.p ?? 1);
    const corrected = holm(alone, family.length);
    family.forEach((finding, i) => {
      const chance = { alone: alone[i] as number, inFamily: corrected[i] as number, family: family.length };
      verdicts.set(finding, verdictOf(finding, chance));
    });
  }
  return findings.map((finding) => verdicts.get(finding) as Verdict);
}

function verdictOf(finding: Finding, chance: Parameters<typeof conclude>[1]): Verdict {
  const { requirement } = finding;
  const { basis, result, origin, why } = conclude(finding, chance);
  const { count, worst } = basis ?? finding;
  return {
    id: requirement.id,
    clause: requirement.clause,
    level: requirement.level,
    requirement: requirement.text,
    probe: finding.probe,
    from: finding.from,
    to: finding.to,
    cells: finding.cells,
    result,
    origin,
    observed: count?.observed ?? null,
    ci95: count?.ci95 ?? null,
    n: count?.n ?? 0,
    ...(basis === null ? { nEffective: null, rho1: null } : roundSize(basis.by)),
    exceeding: count?.exceeding ?? null,
    nNeeded: neededBy(finding),
    worst,
    alpha: ALPHA,
    family: chance.family,
    why,
  };
}

/** How many samples a PASS needs, of those that it is tested on; null where no number would do. */
function neededBy({ word, bound, count, pass }: Finding): number | null {
  const by = word === null ? { count, pass } : { count: bound?.count ?? null, pass: bound?.pass ?? null };
  if (by.count === null || by.pass === null) return null;
  return passNeeds(by.count.exceeding, by.count.n, by.count.allowed, by.pass.nEffective);
}
