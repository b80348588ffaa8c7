import type { Verdict } from '../contract/figures.ts';
import type { Basis } from './counted.ts';
import { ALPHA, rejects, type Test } from './decide.ts';
import type { Finding } from './finding.ts';
import { isolationOf } from './isolation.ts';
import { withholdingOf } from './withholding.ts';
import {
  countSentence,
  type FailChance,
  failWords,
  noPassWords,
  openWords,
  restsWords,
  unprovenWords,
} from './words.ts';

/** How a requirement came out, and by which of its tests of which count. */
export interface Conclusion extends Pick<Verdict, 'result' | 'origin' | 'why'> {
  basis: Basis | null;
}

/**
 * The one place where a result is made of what was found. From top to bottom: what was withheld fails, and so does what
 * did not answer, unless it was the same with the controls; what cannot be tested is open; few exceedances pass, when
 * every round may take part; many fail, when they do so among all tests of the family; all else is open.
 */
export function conclude(finding: Finding, chance: FailChance): Conclusion {
  const { withheld, notes, unreachable } = finding;
  const { isTooMuch, isExcused, words } = withholdingOf(finding);
  if (isTooMuch && !isExcused) return said('fail', null, [...withheld, ...words, ...notes]);
  const noted = { ...finding, notes: [...notes, ...withheld, ...words] };
  const conclusion = unreachable.length > 0 ? onSilence(noted, chance) : bySamples(noted, chance);
  return isTooMuch && conclusion.result === 'inconclusive' ? { ...conclusion, origin: 'vantage' } : conclusion;
}

/** By what was counted. */
function bySamples(finding: Finding, chance: FailChance): Conclusion {
  const { notes } = finding;
  const open = finding.byInstrument ? 'instrument' : null;
  const proof = proofOf(finding);
  const [passing, failing] = [basisOf(finding, finding.pass), basisOf(finding, finding.fail)];
  if (proof === null && passing === null && failing === null) return said('inconclusive', null, notes, open);
  const rests = restsWords(finding);
  const sentence = (basis: Basis) => countSentence(finding, basis, chance);
  // What the judged side says against itself is not outweighed by what this side did not see.
  const admits = finding.word !== null && failing !== null && rejects(failing.by);
  const passes = proof !== null && rejects(proof.by) && !admits;
  if (passes && !finding.noPass) return said('pass', proof, [sentence(proof), ...rests]);
  if (passes)
    return said('inconclusive', proof, [sentence(proof), noPassWords(finding.cells.length), ...rests, ...notes], open);
  if (failing !== null && chance.inFamily <= ALPHA && !failing.by.tooFew) {
    const isolation = isolationOf(finding);
    const words = [sentence(failing), ...failWords(finding, failing, chance), ...rests, isolation.words, ...notes];
    return isolation.shared ? said('inconclusive', failing, words, 'vantage') : said('fail', failing, words);
  }
  if (finding.word !== null && passing !== null && rejects(passing.by)) {
    const words = [sentence(proof ?? passing), unprovenWords(finding.word, proof !== null), ...rests];
    return said('inconclusive', proof ?? passing, [...words, ...notes], open);
  }
  const nearer = nearerOf(proof ?? passing, failing);
  if (nearer === null) return said('inconclusive', null, [...rests, ...notes], open);
  return said(
    'inconclusive',
    nearer,
    [sentence(nearer), ...openWords(finding, nearer, chance), ...rests, ...notes],
    open,
  );
}

/** A site that did not answer in some round, nor did the controls perhaps: then the other rounds may still fail it. */
function onSilence(finding: Finding, chance: FailChance): Conclusion {
  const { unreachable, notes, answered } = finding;
  const isolation = isolationOf(finding);
  if (!isolation.shared) return said('fail', null, [...unreachable, isolation.words, ...notes]);
  const aside = [...unreachable, isolation.words, ...notes];
  const rest =
    answered === null
      ? null
      : bySamples({ ...finding, ...answered, unreachable: [], noPass: true, notes: aside }, chance);
  return rest?.result === 'fail' ? rest : said('inconclusive', null, aside, 'vantage');
}

/** What a PASS is tested on: the samples themselves, but where they are the judged side's word. */
function proofOf(finding: Finding): Basis | null {
  const { word, bound } = finding;
  if (word === null) return basisOf(finding, finding.pass);
  if (bound === null) return null;
  return { count: bound.count, worst: bound.worst, judgedOn: word.bound?.words ?? null, by: bound.pass };
}

function basisOf({ count, worst, judgedOn }: Finding, by: Test | null): Basis | null {
  return count === null || by === null ? null : { count, worst, judgedOn, by };
}

/** The test that came nearer to a result: that of a FAIL where more exceed than may. */
function nearerOf(pass: Basis | null, fail: Basis | null): Basis | null {
  if (fail === null) return pass;
  const isOver = fail.count.exceeding >= fail.count.allowed * fail.count.n;
  return isOver || pass === null ? fail : pass;
}

function said(
  result: Verdict['result'],
  basis: Basis | null,
  why: string[],
  origin: Verdict['origin'] = null,
): Conclusion {
  return { result, origin, basis, why: why.join('; ') };
}
