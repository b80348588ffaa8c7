import type { WorstWindow } from '../contract/figures.ts';
import type { Metric } from '../contract/kind.ts';
import type { PlanRequirement } from '../contract/plan.ts';
import { type Contribution, contributionOf, type Round } from './contribution.ts';
import { type Test, tests } from './decide.ts';
import { countExceeding, type Exceedance, type Present } from './exceedance.ts';
import { pooled } from './pool.ts';
import { worstWindow } from './windows.ts';

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
}

/** What was counted, without the samples. */
export type Count = Omit<Exceedance, 'beyond' | 'worst' | 'far'> & { ordered: boolean };

/** All that can be said of a requirement on a link before the other tests of its family are known. */
export interface Finding extends Omit<Asked, 'rounds'> {
  cells: string[];
  /** Of the rounds that can be tested; when there is none, of what was measured all the same. Null: nothing was. */
  count: Count | null;
  worst: WorstWindow | null;
  /** Of the measured side when it did not answer: a FAIL without a test. */
  unreachable: string[];
  /** Of all rounds that can be tested; null when there is none. */
  pass: Test | null;
  /** Of the rounds that may prove a FAIL; null when there is none. */
  fail: Test | null;
  /** Not every round may take part in a PASS. */
  noPass: boolean;
  /** What is to be said of rounds that were not whole. */
  notes: string[];
  /** Why rounds that may take part in a PASS cannot prove a FAIL. */
  excuses: string[];
  /** Rounds that the measured side's agent refused: a FAIL without a test when they are too many. */
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
  const cells = rounds.map(({ cell }) => cell.id);
  const parts = rounds.map((round) => contributionOf(round, asked.requirement, asked.metric));
  const said = (words: (part: Contribution) => string | null) => sayings(parts, words);
  const refused = said((part) => part.withheld);
  const isWithheld =
    parts.filter((part) => part.withheld !== null).length > asked.requirement.maxWithheld * parts.length;
  const found = {
    ...about,
    cells,
    unreachable: said(({ unreachable }) => unreachable),
    withheld: isWithheld ? refused : [],
    byInstrument: parts.some(({ byInstrument }) => byInstrument),
    controls: [],
    bottleneck: null,
  };
  const impossible = impossibleRatio(asked.requirement);
  if (impossible !== undefined && found.unreachable.length === 0)
    return { ...found, ...NOTHING_COUNTED, notes: [impossible] };
  return {
    ...found,
    ...counted(asked, parts, found.unreachable.length > 0),
    noPass: parts.some(({ noPass }) => noPass !== null),
    notes: [...said(noteOf), ...(isWithheld ? [] : refused)],
    excuses: said(({ noPass, noFail }) => (noPass === null ? noFail : null)),
  };
}

const NOTHING_COUNTED = { count: null, worst: null, pass: null, fail: null, noPass: true, excuses: [] };

function counted(
  { requirement, metric }: Asked,
  parts: Contribution[],
  unreachable: boolean,
): Pick<Finding, 'count' | 'worst' | 'pass' | 'fail'> {
  const countOf = (estimates: Present[]) => {
    const all = pooled(estimates);
    return all === undefined ? null : countExceeding(requirement, all, metric);
  };
  const present = parts.flatMap(({ estimate, ...part }) => (estimate === null ? [] : [{ ...part, estimate }]));
  const able = unreachable ? [] : present.filter(({ noPass, noFail }) => noPass === null || noFail === null);
  const shown = able.length > 0 ? able : present;
  const count = countOf(shown.map(({ estimate }) => estimate));
  if (count === null || count.n === 0) return { count: null, worst: null, pass: null, fail: null };
  const worst = worstWindow(
    shown.map(({ cell, estimate }) => ({ cell: cell.id, estimate })),
    requirement,
    metric,
  );
  const lasting = { count: withoutSamples(count), worst };
  if (able.length === 0) return { ...lasting, pass: null, fail: null };
  const tested = tests(count);
  const failing = able.filter(({ noFail }) => noFail === null);
  if (failing.length === able.length) return { ...lasting, ...tested };
  const only = countOf(failing.map(({ estimate }) => estimate));
  return { ...lasting, pass: tested.pass, fail: only === null ? null : tests(only).fail };
}

function withoutSamples({ beyond, worst: _worst, far: _far, ...count }: Exceedance): Count {
  return { ...count, ordered: beyond !== null };
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
