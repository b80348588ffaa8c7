import { failTest, rejects } from './decide.ts';
import { isUpper } from './exceedance.ts';
import type { Finding } from './finding.ts';
import { NOT_ISOLATED } from './words.ts';

/** Whose fault a breach is, as far as controls tell. */
export interface Isolation {
  /** It may be this vantage's own. */
  shared: boolean;
  words: string;
}

/**
 * Whose fault a breach is, by the control sites measured in the same rounds from the same place. One that shows that it is
 * not this vantage's settles it: it did not breach; or it met the requirement in rounds that are proof enough of the
 * breach by themselves; or what disturbed it is too little to explain the breach. One that was disturbed as much shares
 * the breach. One that never meets the requirement by its own nature (it is too far away), or never answers, tells nothing:
 * the fault is as little isolated as without it.
 */
export function isolationOf(finding: Finding): Isolation {
  const { bottleneck, controls } = finding;
  if (bottleneck !== null) return { shared: true, words: bottleneck };
  const told = controls.map((control) => ({ to: control.to, ...testimonyOf(finding, control) }));
  const that = (says: Testimony['says']) => told.filter((each) => each.says === says);
  const innocent = that('innocent').map(({ to, how = '' }) => `${to}${how}`);
  if (innocent.length > 0) return { shared: false, words: `not shared by control ${innocent.join(', ')}` };
  const shares = that('shares').map(({ to }) => to);
  if (shares.length > 0)
    return { shared: true, words: `shared by control ${shares.join(', ')}, so it may be this vantage's own` };
  const never = that('never').map(({ to }) => `control ${to} does not meet it either, in any round: it cannot tell`);
  const silent = that('silent').map(({ to }) => `control ${to} did not answer in any round: it cannot tell`);
  return { shared: false, words: [NOT_ISOLATED, ...never, ...silent].join('; ') };
}

interface Testimony {
  says: 'innocent' | 'shares' | 'never' | 'silent' | 'nothing';
  /** Of an innocent one that breached all the same. */
  how?: string;
}

function testimonyOf(finding: Finding, control: Finding): Testimony {
  if (control.fail === null && control.unreachable.length === 0) return { says: 'nothing' };
  if (finding.unreachable.length > 0) return onSilence(finding, control);
  if (!breaches(control)) return { says: 'innocent' };
  if (neverMeets(control)) return { says: isSilent(control) ? 'silent' : 'never' };
  const met = roundsThat(control, 'met');
  if (stillFails(finding, met)) return { says: 'innocent', how: ` in ${roundWords(met)}` };
  if (isBeyond(finding, control)) return { says: 'innocent', how: ', which was disturbed by less' };
  return { says: 'shares' };
}

/** What a control tells of rounds in which the site did not answer: whether it answered then, and as it does. */
function onSilence(finding: Finding, control: Finding): Testimony {
  const silent = roundsThat(finding, 'unreachable');
  const then = control.rounds.filter(({ round, is }) => silent.includes(round) && is !== 'untold');
  if (then.length === 0) return { says: 'nothing' };
  if (then.some(({ is }) => is === 'met')) return { says: 'innocent' };
  if (isSilent(control)) return { says: isSilent(finding) ? 'shares' : 'silent' };
  return { says: neverMeets(control) ? 'never' : 'shares' };
}

function breaches({ unreachable, fail }: Finding): boolean {
  return unreachable.length > 0 || (fail !== null && rejects(fail));
}

/** It answered in no round. */
function isSilent({ rounds }: Finding): boolean {
  return rounds.every(({ is }) => is === 'unreachable' || is === 'untold');
}

/** So much of a control's best is looked at to tell a path that cannot meet a requirement from a disturbed one. */
const BEST_SHARE = 0.1;

/**
 * Whether a control does not meet the requirement by nature: in no round, and not even by the best tenth of what it
 * received, or by its best interval of a rate. Losses and failures are no path's nature.
 */
function neverMeets(control: Finding): boolean {
  if (roundsThat(control, 'met').length > 0) return false;
  const { count, requirement, metric } = control;
  if (isSilent(control) || count === null) return true;
  if (requirement.statistic.is === 'ratio') return false;
  const met = count.n - count.exceeding;
  const received = count.n - (count.absent ?? 0);
  return met === 0 || (metric.unit !== 'bit/s' && met < BEST_SHARE * received);
}

/** Whether these rounds alone, their samples worth as much as all of them are, show the breach. */
function stillFails({ rounds, count, fail }: Finding, chosen: readonly number[]): boolean {
  if (count === null || fail === null) return false;
  const left = rounds.filter(({ round }) => chosen.includes(round));
  const n = left.reduce((sum, each) => sum + each.n, 0);
  const exceeding = left.reduce((sum, each) => sum + each.exceeding, 0);
  const nEffective = Math.max(1, n * Math.min(1, fail.nEffective / count.n));
  return n > 0 && rejects(failTest(exceeding, n, count.allowed, { nEffective, rho1: null }));
}

/**
 * Whether the breach is more than what disturbed the control explains. Of a ratio: its share of hits, as large as it may
 * be, on top of what is allowed. Of a delay: how far it reached above its own best. Of a rate: nobody knows.
 */
function isBeyond({ requirement, count, fail, extent }: Finding, control: Finding): boolean {
  if (count === null || fail === null || control.count === null) return false;
  if (requirement.statistic.is === 'ratio') {
    const [low, high] = control.count.ci95 ?? [null, null];
    const disturbed = isUpper(requirement.comparison) ? (high ?? 1) : 1 - (low ?? 0);
    const allowed = Math.min(1, count.allowed + disturbed);
    return rejects(failTest(count.exceeding, count.n, allowed, { ...fail, rho1: null }));
  }
  if (extent === null || control.extent === null) return false;
  return extent.sure > requirement.threshold + (control.extent.most - control.extent.best);
}

function roundsThat({ rounds }: Finding, is: Finding['rounds'][number]['is']): number[] {
  return rounds.filter((each) => each.is === is).map(({ round }) => round);
}

const MANY_ROUNDS = 6;

function roundWords(rounds: readonly number[]): string {
  if (rounds.length > MANY_ROUNDS) return `${rounds.length} rounds`;
  return rounds.map((round) => `r${round}`).join(', ');
}
