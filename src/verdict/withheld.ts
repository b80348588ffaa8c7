import type { ErrorCode, ErrorJson } from '../contract/error.ts';
import type { PlanCell } from '../contract/plan.ts';
import type { JudgedCell, Standing } from './standing.ts';
import { errorWords } from './words.ts';

/** That the measured side withheld a round. */
export interface Withheld {
  why: string;
  /** A path that broke would have looked the same. */
  orPath: boolean;
}

/**
 * What makes a round count as withheld by the measured side; null when it does not: its agent would not answer, broke the
 * cell off, flooded this end, or left a record that cannot be. A verdict that stays open for such a reason could be had by
 * whoever fears a FAIL. What an end of our own does is nobody's to answer for.
 */
export function withheldBy(
  end: Standing,
  { status, error, estimate, instrument }: JudgedCell,
  { seats }: Pick<PlanCell, 'seats'>,
): Withheld | null {
  if (instrument.farIsOurs) return null;
  switch (end.is) {
    case 'withheld':
      return { why: end.why, orPath: false };
    case 'whole':
      return estimate.is === 'missing' && estimate.withheld === true
        ? { why: `withheld: ${estimate.why}`, orPath: false }
        : null;
    case 'cut':
    case 'void':
    case 'unreachable':
      if (error === null) return null;
      if (isTheirDoing(error, end.is === 'cut'))
        return { why: `withheld: ${errorWords(error)}`, orPath: HUSHED.includes(error.code) };
      // When an agent ends, its streams may tell it before its control connection does.
      return status === 'partial' && seats[1]?.agent !== undefined && STREAM_ENDS.includes(error.code)
        ? { why: `withheld: ${errorWords(error)}`, orPath: true }
        : null;
  }
}

/** Whether a cell was broken off, or never begun, by what is not this end: the far one, or the path to it. */
export function isBroken({ status, error }: JudgedCell): boolean {
  if (error === null || (status !== 'partial' && status !== 'failed')) return false;
  return error.origin === 'agent' || error.origin === 'target' || error.origin === 'network';
}

/** An agent that is not heard any more. */
const HUSHED: ErrorCode[] = ['NETPROBE_AGENT_SILENT', 'NETPROBE_AGENT_CLOSED'];
/** A stream of a session that ended, or on which nothing moved any more. */
const STREAM_ENDS: ErrorCode[] = ['NETPROBE_RESET', 'NETPROBE_CLOSED', 'NETPROBE_TIMEOUT'];

/** What the suite asked and an agent need not grant: it says so before it measures anything. */
const DEMANDS: ErrorCode[] = ['NETPROBE_AGENT_VERSION', 'NETPROBE_AGENT_KIND', 'NETPROBE_LIMIT_EXCEEDED'];

/** More than was asked for, or what no answer is: the measured server sent it, agent or not. */
const EXCESSES: ErrorCode[] = ['NETPROBE_LIMIT_EXCEEDED', 'NETPROBE_PROTOCOL'];

/** `begun`: it was measured, so whatever the agent could not do of what was asked is no reason any more. */
function isTheirDoing({ origin, code }: ErrorJson, begun: boolean): boolean {
  if (code === UNMARKED) return false;
  if (origin === 'agent') return begun || !DEMANDS.includes(code);
  return origin === 'target' && EXCESSES.includes(code);
}

const UNMARKED: ErrorCode = 'NETPROBE_DSCP_UNSUPPORTED';
