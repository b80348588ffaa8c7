import type { WorstWindow } from '../contract/figures.ts';
import type { Metric } from '../contract/kind.ts';
import type { PlanRequirement } from '../contract/plan.ts';
import type { Contribution } from './contribution.ts';
import { type Test, tests } from './decide.ts';
import { countExceeding, type Exceedance, type Present, tally } from './exceedance.ts';
import { type Extent, extentOf } from './extent.ts';
import { pooled } from './pool.ts';
import { worstWindow } from './windows.ts';

interface Asked {
  requirement: PlanRequirement;
  metric: Metric;
}

/** What was counted, without the samples. */
export type Count = Omit<Exceedance, 'beyond' | 'worst' | 'sorted' | 'far'> & { ordered: boolean };

/** A requirement's samples, counted and tested. */
export interface Counted {
  /** Of the rounds that can be tested; when there is none, of what was measured all the same. Null: nothing was. */
  count: Count | null;
  worst: WorstWindow | null;
  /** Of all rounds that can be tested; null when there is none. */
  pass: Test | null;
  /** Of the rounds that may prove a FAIL; null when there is none. */
  fail: Test | null;
  /** How far its delays reach; null where nothing is tested, or of what is no delay. */
  extent: Extent | null;
}

/** What this side saw itself of a metric that is the judged side's word: what a PASS is tested on. */
export interface BoundCounted {
  count: Count;
  worst: WorstWindow | null;
  pass: Test;
}

/** A count, and the test of it that decided, or came nearer to it. */
export interface Basis {
  count: Count;
  worst: WorstWindow | null;
  /** What was counted, where that is not the metric's own. */
  judgedOn: string | null;
  by: Test;
}

/** One round: whether so many samples exceeded as may, or more. Untold: nothing follows from it. */
export interface RoundFound {
  round: number;
  is: 'met' | 'over' | 'unreachable' | 'untold';
  n: number;
  exceeding: number;
  withheld: 'surely' | 'or the path' | null;
  /** The cell broke off, or did not begin, by no doing of this end. */
  broken: boolean;
}

export const NOTHING_COUNTED: Counted = { count: null, worst: null, pass: null, fail: null, extent: null };

/** Counts and tests what rounds gave; with an unreachable one among them, they are only counted. */
export function counted(asked: Asked, parts: readonly Contribution[], unreachable: boolean): Counted {
  const present = parts.flatMap(({ estimate, ...part }) => (estimate === null ? [] : [{ ...part, estimate }]));
  const able = unreachable ? [] : present.filter(({ noPass, noFail }) => noPass === null || noFail === null);
  const shown = able.length > 0 ? able : present;
  const count = countOf(asked, shown);
  if (count === null) return NOTHING_COUNTED;
  const lasting = { count: withoutSamples(count), worst: worstOf(asked, shown) };
  if (able.length === 0) return { ...lasting, pass: null, fail: null, extent: null };
  const tested = tests(count);
  const whole = parts.every(({ noPass, estimate }) => noPass !== null || estimate !== null);
  const failing = able.filter(({ noFail }) => noFail === null);
  const only = failing.length === able.length ? count : countOf(asked, failing);
  const fail = only === count ? tested.fail : only === null ? null : tests(only).fail;
  return {
    ...lasting,
    pass: whole ? tested.pass : null,
    fail,
    extent: only === null || fail === null ? null : extentOf(asked, only, fail.nEffective),
  };
}

/** Counts and tests what bounds the rounds that may take part in a PASS; null when one of them has no bound. */
export function boundCounted(asked: Asked, parts: readonly Contribution[]): BoundCounted | null {
  const able = parts.filter(({ noPass }) => noPass === null);
  const shown = able.flatMap(({ cell, bound }) => (bound === null ? [] : [{ cell, estimate: bound }]));
  if (shown.length < able.length) return null;
  const count = countOf(asked, shown);
  if (count === null) return null;
  return { count: withoutSamples(count), worst: worstOf(asked, shown), pass: tests(count).pass };
}

/** Each round by itself, by no test: how many exceeded of how many. */
export function roundsFound({ requirement }: Asked, parts: readonly Contribution[], count: Count | null): RoundFound[] {
  return parts.map(({ cell: { round }, estimate, noFail, unreachable, withheld: held, broken }) => {
    const withheld = held === null ? null : held.orPath ? 'or the path' : 'surely';
    const uncounted = { round, n: 0, exceeding: 0, withheld, broken } as const;
    if (unreachable !== null) return { ...uncounted, is: 'unreachable' };
    if (estimate === null || noFail !== null || count === null) return { ...uncounted, is: 'untold' };
    const { n, exceeding } = tally(requirement, estimate);
    return { ...uncounted, is: exceeding > count.allowed * n ? 'over' : 'met', n, exceeding };
  });
}

type Counting = Pick<Contribution, 'cell'> & { estimate: Present };

function countOf({ requirement, metric }: Asked, parts: readonly Counting[]): Exceedance | null {
  const all = pooled(parts.map(({ estimate }) => estimate));
  return all === undefined ? null : countExceeding(requirement, all, metric);
}

function worstOf({ requirement, metric }: Asked, parts: readonly Counting[]): WorstWindow | null {
  return worstWindow(
    parts.map(({ cell, estimate }) => ({ cell: cell.id, estimate })),
    requirement,
    metric,
  );
}

function withoutSamples({ beyond, worst: _worst, sorted: _sorted, far: _far, ...count }: Exceedance): Count {
  return { ...count, ordered: beyond !== null };
}
