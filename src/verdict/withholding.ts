import type { Finding } from './finding.ts';
import { NOT_ISOLATED } from './words.ts';

/**
 * Whether more rounds were withheld than may be, and whether the controls excuse that: those in which an agent was not
 * heard any more, and in which the cells of all controls broke off as well, may be this vantage's.
 */
export function withholdingOf({ rounds, requirement, controls }: Finding): {
  isTooMuch: boolean;
  isExcused: boolean;
  words: string[];
} {
  const most = requirement.maxWithheld * rounds.length;
  const held = rounds.filter(({ withheld }) => withheld !== null);
  if (held.length <= most) return { isTooMuch: false, isExcused: false, words: [] };
  const hushed = held.filter(({ withheld }) => withheld === 'or the path');
  if (hushed.length === 0) return { isTooMuch: true, isExcused: false, words: [] };
  // A control that is never whole tells nothing, unless this site is not either.
  const telling = controls.filter((control) => control.rounds.some(isWhole) || !rounds.some(isWhole));
  const beside = (round: number) =>
    telling.flatMap((control) => control.rounds.filter((each) => each.round === round && isTold(each)));
  const told = hushed.map(({ round }) => beside(round)).filter((each) => each.length > 0);
  const shared = told.filter((each) => each.every(({ broken }) => broken)).length;
  const isExcused = held.length - shared <= most;
  if (told.length === 0) return { isTooMuch: true, isExcused, words: [NOT_ISOLATED] };
  const words = isExcused ? [ALSO_BROKEN] : shared === 0 ? [NOT_BROKEN] : [];
  return { isTooMuch: true, isExcused, words };
}

const ALSO_BROKEN = 'the controls’ cells broke off then as well, so it may be this vantage’s own';
const NOT_BROKEN = 'the controls’ cells did not break off then';

function isWhole(round: Finding['rounds'][number]): boolean {
  return isTold(round) && !round.broken;
}

function isTold({ is, broken }: Finding['rounds'][number]): boolean {
  return is !== 'untold' || broken;
}
