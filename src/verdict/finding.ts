import type { Metric } from '../contract/kind.ts';
import type { PlanRequirement } from '../contract/plan.ts';
import { type Contribution, contributionOf, type Round } from './contribution.ts';
import {
  type BoundCounted,
  boundCounted,
  type Counted,
  counted,
  NOTHING_COUNTED,
  type RoundFound,
  roundsFound,
} from './counted.ts';

/** That a metric is the measured side's own word, and that side may be the judged party's. */
export interface Word {
  /** As part of a sentence: "beta’s own record". */
  whose: string;
  /** What bounds it, and all that is seen of it from here; null: nothing bounds it. */
  bound: { words: string; seen: string } | null;
}

/** A requirement on one link, with all that was measured for it. */
export interface Asked {
  requirement: PlanRequirement;
  metric: Metric;
  probe: string;
  from: string;
  to: string;
  /** The site whose tests share a FAIL's alpha. */
  family: string;
  /** In the order in which they were measured. */
  rounds: Round[];
  /** What the samples are, where they are not the metric's own. */
  judgedOn: string | null;
  /** Null: the metric is no word of the judged side's, or what is judged instead takes that into account. */
  word: Word | null;
}

/**
 * All that can be said of a requirement on a link before the other tests of its family are known. Where the metric is the
 * judged side's word, its own count and tests are of that word: it may speak against itself, never for.
 */
export interface Finding extends Omit<Asked, 'rounds'>, Counted {
  cells: string[];
  /** What a PASS is tested on instead of a word; null when there is no word, or nothing else. */
  bound: BoundCounted | null;
  /** Where some round was not answered: what the others are without it. */
  answered: Counted | null;
  /** Each round by itself. */
  rounds: RoundFound[];
  /** Of the measured side when it did not answer: a FAIL without a test. */
  unreachable: string[];
  /** Not every round may take part in a PASS. */
  noPass: boolean;
  /** What is to be said of rounds that were not whole. */
  notes: string[];
  /** Why rounds that may take part in a PASS cannot prove a FAIL. */
  excuses: string[];
  /** Of rounds that the measured side withheld: a FAIL without a test when they are too many. */
  withheld: string[];
  /** It is the instrument's doing that some round proves nothing. */
  byInstrument: boolean;
  /** The same requirement on the controls that were measured meanwhile from the same place. */
  controls: Finding[];
  /** That its rate is one at which several sites stopped; null when it is not. */
  bottleneck: string | null;
}

/** Counts and tests a requirement on a link. Nothing in the result holds on to samples. */
export function find(asked: Asked): Finding {
  const { rounds, ...about } = asked;
  const parts = rounds.map((round) => contributionOf(round, asked.requirement, asked.metric));
  const said = (words: (part: Contribution) => string | null) => sayings(parts, words);
  const found = {
    ...about,
    cells: rounds.map(({ cell }) => cell.id),
    unreachable: said(({ unreachable }) => unreachable),
    withheld: said(({ withheld }) => withheld?.why ?? null),
    byInstrument: parts.some(({ byInstrument }) => byInstrument),
    controls: [],
    bottleneck: null,
  };
  const impossible = impossibleRatio(asked.requirement);
  if (impossible !== undefined && found.unreachable.length === 0) {
    const nothing = { ...NOTHING_COUNTED, bound: null, answered: null, rounds: roundsFound(asked, parts, null) };
    return { ...found, ...nothing, noPass: true, notes: [impossible], excuses: [] };
  }
  const all = counted(asked, parts, found.unreachable.length > 0);
  const answering = parts.filter(({ unreachable }) => unreachable === null);
  return {
    ...found,
    ...all,
    answered: answering.length === parts.length ? null : counted(asked, answering, false),
    bound: asked.word === null ? null : boundCounted(asked, parts),
    rounds: roundsFound(asked, parts, all.count),
    noPass: parts.some(({ noPass }) => noPass !== null),
    notes: said(noteOf),
    excuses: said(({ noPass, noFail }) => (noPass === null ? noFail : null)),
  };
}

/** Why a round is not whole: that it cannot be judged, and how it ended. */
function noteOf({ noPass, noFail, ended, unreachable, withheld }: Contribution): string | null {
  if (unreachable !== null || withheld !== null) return null;
  const notes = [noPass !== null && noFail !== null ? noPass : null, ended].filter((note) => note !== null);
  return notes.length === 0 ? null : notes.join('; ');
}

/** What is to be said of each round, by its number when there are several; of all of them at once when it is the same. */
function sayings(parts: Contribution[], words: (part: Contribution) => string | null): string[] {
  const said = parts.flatMap((part) => {
    const text = words(part);
    return text === null ? [] : [{ text, round: part.cell.round }];
  });
  const texts = new Set(said.map(({ text }) => text));
  if (texts.size === 1 && said.length === parts.length) return [...texts];
  return said.map(({ text, round }) => `r${round}: ${text}`);
}

/** A ratio is from 0 to 1: 5 was meant as percent, and every ratio would pass it. */
function impossibleRatio({ statistic, threshold }: PlanRequirement): string | undefined {
  if (statistic.is !== 'ratio' || (threshold >= 0 && threshold <= 1)) return undefined;
  return `a ratio is from 0 to 1, and cannot be judged against ${threshold}`;
}
