import type { ClockFact } from './facts.ts';
import type { Untold } from './ways.ts';

/** By how much stamps of one and the same clock may be off. */
const SAME_CLOCK_NS = 50_000;
/** A smaller jump of a wall clock is how it is read, not that it was set. */
export const STEP_NS = 100_000;

/** Whether both ends have said that they run on one clock. */
export function isSameClock(near: ClockFact, far: ClockFact): boolean {
  return near.boot !== null && near.boot === far.boot;
}

/** A bound of the difference of the ends' wall clocks in ns, as each end's system states it. */
export function clockBound(near: ClockFact, far: ClockFact): { boundNs: number } | Untold {
  if (isSameClock(near, far)) return { boundNs: SAME_CLOCK_NS };
  let boundNs = 0;
  for (const [whose, clock] of [
    ['this end’s', near],
    ['the far end’s', far],
  ] as const) {
    if (clock.synchronised === false) return { why: `${whose} clock is not synchronised` };
    if (clock.synchronised === null) return { why: `${whose} clock is not known to be synchronised` };
    if (clock.maxErrorNs === null) return { why: `how exact ${whose} clock is, is not known` };
    boundNs += clock.maxErrorNs;
  }
  return { boundNs };
}

/** Why stamps of the wall clocks are not to be compared over the cell; undefined when nothing is said against it. */
export function stepWords(near: ClockFact, far: ClockFact, leastNs = STEP_NS): string | undefined {
  for (const [whose, { stepNs }] of [
    ['this end’s', near],
    ['the far end’s', far],
  ] as const) {
    if (stepNs !== null && stepNs > Math.min(leastNs, STEP_NS))
      return `${whose} wall clock was set by ${(stepNs / 1e6).toFixed(3)} ms during the cell`;
  }
  return undefined;
}
