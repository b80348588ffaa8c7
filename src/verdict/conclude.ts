import type { Verdict } from '../contract/figures.ts';
import { ALPHA, type Test } from './decide.ts';
import type { Finding } from './finding.ts';
import { countSentence, type FailChance, failWords, NOT_ISOLATED, noPassWords, openWords } from './words.ts';

/** How a requirement came out, and by which of its tests. */
export interface Conclusion extends Pick<Verdict, 'result' | 'origin' | 'why'> {
  /** The test that decided, or came nearer to it; null when there was none. */
  by: Test | null;
}

/**
 * The one place where a result is made of what was found. From top to bottom: what did not answer fails; what cannot be
 * tested is open; few exceedances pass, when every round may take part; many fail, when they do so among all tests of
 * the family; all else is open.
 */
export function conclude(finding: Finding, chance: FailChance): Conclusion {
  const { unreachable, withheld, count, pass, fail, notes } = finding;
  if (withheld.length > 0) return said('fail', null, [...withheld, ...notes]);
  const { shared, isolation } = isolationOf(finding);
  if (unreachable.length > 0 && shared)
    return said('inconclusive', null, [...unreachable, isolation, ...notes], 'vantage');
  if (unreachable.length > 0) return said('fail', null, [...unreachable, isolation, ...notes]);
  const open = finding.byInstrument ? 'instrument' : null;
  if (count === null || pass === null) return said('inconclusive', null, notes, open);
  const sentence = (by: Test) => countSentence(finding, count, by, chance);
  const passes = pass.p <= ALPHA && !pass.tooFew;
  if (passes && !finding.noPass) return said('pass', pass, [sentence(pass)]);
  if (passes) return said('inconclusive', pass, [sentence(pass), noPassWords(finding.cells.length), ...notes], open);
  if (fail !== null && chance.inFamily <= ALPHA && !fail.tooFew) {
    const words = [sentence(fail), ...failWords(finding, count, chance), isolation, ...notes];
    return shared ? said('inconclusive', fail, words, 'vantage') : said('fail', fail, words);
  }
  const nearer = fail !== null && count.exceeding >= count.allowed * count.n ? fail : pass;
  return said('inconclusive', nearer, [sentence(nearer), ...openWords(finding, count, nearer, chance), ...notes], open);
}

function said(result: Verdict['result'], by: Test | null, why: string[], origin: Verdict['origin'] = null): Conclusion {
  return { result, origin, by, why: why.join('; ') };
}

/**
 * Whose fault a breach is, by the controls: one that all of them share is this vantage's, one that some control does not
 * share is not. Without a control that was measured, nobody knows.
 */
function isolationOf({ controls, bottleneck }: Finding): { shared: boolean; isolation: string } {
  if (bottleneck !== null) return { shared: true, isolation: bottleneck };
  const told = controls.filter((control) => breaches(control) || control.fail !== null);
  const innocent = told.filter((control) => !breaches(control));
  if (told.length === 0) return { shared: false, isolation: NOT_ISOLATED };
  const names = (findings: Finding[]) => findings.map(({ to }) => to).join(', ');
  if (innocent.length > 0) return { shared: false, isolation: `not shared by control ${names(innocent)}` };
  return { shared: true, isolation: `shared by control ${names(told)}, so it may be this vantage's own` };
}

function breaches({ unreachable, fail }: Finding): boolean {
  return unreachable.length > 0 || (fail !== null && fail.p <= ALPHA && !fail.tooFew);
}
