import type { ClockFact } from './facts.ts';
import type { Untold } from './ways.ts';

/** By how much a kernel's receive stamp may be off on the clock of the cell: both clocks of the kernel are read to this. */
const KERNEL_STAMP_NS = 5000;
/** A smaller jump of a wall clock does not matter to variation. */
const LEAST_STEP_NS = 100_000;
/** An agent's stamps and its record are of the same moments: more than rounding lies between them when a clock was set. */
export const STEP_NS = 2000;

interface Ends<T> {
  near: T;
  far: T;
}

/** What one-way delays may be wrong by, in ns: either way, and too large only. */
interface OneWayError {
  clocksNs: number;
  lateNs: number;
}

/** Whether both ends have said that they run on one clock. */
export function isSameClock(near: ClockFact, far: ClockFact): boolean {
  return near.boot !== null && near.boot === far.boot;
}

/**
 * The error of one-way delays, or why there is no bound of it (RFC 7679 §3.7): what the ends' wall clocks may differ by,
 * as each end's system states it; what stamps may be off that clock; and how late receive stamps may be that are not the
 * kernel's. `kernelStamps`: of which end all are.
 */
export function oneWayError({ near, far }: Ends<ClockFact>, kernelStamps: Ends<boolean>): OneWayError | Untold {
  const one = isSameClock(near, far);
  const error = { clocksNs: KERNEL_STAMP_NS, lateNs: 0 };
  for (const [whose, clock, byKernel] of [
    ['this end’s', near, kernelStamps.near],
    ['the far end’s', far, kernelStamps.far],
  ] as const) {
    const why = one ? undefined : clockDoubt(whose, clock);
    if (why !== undefined) return { why };
    if (clock.pairErrorNs === null) return { why: `how exactly ${whose} stamps follow its clock, is not known` };
    error.clocksNs += (one ? 0 : (clock.maxErrorNs ?? 0)) + clock.pairErrorNs;
    if (byKernel) continue;
    if (clock.userStampLateNs === null) return { why: `how late ${whose} receive stamps are, is not known` };
    error.lateNs = Math.max(error.lateNs, clock.userStampLateNs);
  }
  return error;
}

/** Why an end's clock cannot be relied on to be that of the other; undefined when nothing is said against it. */
function clockDoubt(whose: string, { synchronised, maxErrorNs, estErrorNs }: ClockFact): string | undefined {
  if (synchronised === false) return `${whose} clock is not synchronised`;
  if (synchronised === null) return `${whose} clock is not known to be synchronised`;
  if (maxErrorNs === null) return `how exact ${whose} clock is, is not known`;
  // Some that keep clocks (systemd-timesyncd, linuxptp) reset the bound to 0 at each correction, whatever it is.
  if (estErrorNs !== null && (estErrorNs === 0 || estErrorNs > maxErrorNs))
    return `what keeps ${whose} clock does not state its error`;
  return undefined;
}

/**
 * Why stamps of the wall clocks are not to be compared over the cell; undefined when nothing is said against it.
 * `leastNs`: what a jump may be.
 */
export function stepWords(near: ClockFact, far: ClockFact, leastNs = LEAST_STEP_NS): string | undefined {
  for (const [whose, { stepNs }] of [
    ['this end’s', near],
    ['the far end’s', far],
  ] as const) {
    if (stepNs !== null && stepNs > leastNs)
      return `${whose} wall clock was set by ${(stepNs / 1e6).toFixed(3)} ms during the cell`;
  }
  return undefined;
}
