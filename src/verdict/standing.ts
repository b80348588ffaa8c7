import type { ErrorCode, ErrorJson } from '../contract/error.ts';
import type { Estimate } from '../contract/estimate.ts';
import type { Metric } from '../contract/kind.ts';
import type { CloseStatus } from '../contract/records.ts';
import { errorWords } from './words.ts';

/** What a verdict is about: how a cell ended, and what was measured until then. */
export interface JudgedCell {
  status: CloseStatus;
  error: ErrorJson | null;
  /** Of the metric that the requirement names. */
  estimate: Estimate;
  /** Where that is the judged side's word: what this side saw itself and it cannot be worse than. Null: nothing. */
  bound: Estimate | null;
  /** Actual minus intended send times, ms. */
  sendLateness: Estimate;
  /** How busy the measuring thread was at most, 0 to 1; null where that is not known or does not matter. */
  busyRatio: number | null;
  instrument: JudgedInstrument;
}

/** What the instrument says of itself, as far as verdicts care. */
export interface JudgedInstrument {
  state: 'valid' | 'suspect' | 'invalid' | 'unknown';
  reasons: { side: 'near' | 'far'; code: string; why: string }[];
  /** Whether the far end is ours as well, and so no word of the judged side. */
  farIsOurs: boolean;
}

/**
 * What a cell's end allows. whole: any verdict; cut: its samples may prove a FAIL, never a PASS; unreachable: nothing came
 * back, and not for want of this side; withheld: the measured side's agent would not; void: no verdict. All but `whole` with the reason.
 */
export type Standing = { is: 'whole' } | { is: 'cut' | 'unreachable' | 'withheld' | 'void'; why: string };

/** Judges how a cell ended, before any sample is counted. */
export function standing(result: JudgedCell, metric: Metric): Standing {
  const words = errorWords(result.error);
  switch (result.status) {
    case 'completed':
      return { is: 'whole' };
    case 'skipped':
      return { is: 'void', why: result.error === null ? 'not run' : `not run: ${words}` };
    case 'partial':
      // Samples that failed for want of this machine's resources look like the target's failures.
      if (result.error?.code === 'NETPROBE_LOCAL_RESOURCES') return { is: 'void', why: `partial: ${words}` };
      return { is: 'cut', why: `partial: ${words}` };
    case 'failed':
      if (result.error?.code === 'NETPROBE_ABORTED') return { is: 'cut', why: `aborted: ${words}` };
      if (isWithheld(result.error)) return { is: 'withheld', why: `withheld: ${words}` };
      if (!isUnanswered(result.error)) return { is: 'void', why: `failed: ${words}` };
      if (anyReceived(result.estimate, metric)) return { is: 'cut', why: `failed: ${words}` };
      return { is: 'unreachable', why: `unreachable: ${words}` };
  }
}

/** What a site does whose agent does not answer as one: not answering must not be worth more than answering badly. */
const NO_AGENT: ErrorCode[] = ['NETPROBE_AGENT_SILENT', 'NETPROBE_AGENT_CLOSED', 'NETPROBE_AGENT_GARBAGE'];

/** What an agent says that could have answered and would not. */
const REFUSALS: ErrorCode[] = ['NETPROBE_AGENT_BUSY', 'NETPROBE_DEADLINE'];

function isWithheld(error: ErrorJson | null): boolean {
  return error !== null && error.origin === 'agent' && REFUSALS.includes(error.code);
}

/** The measured side did not answer: the target, the path to it, or the site's agent. */
function isUnanswered(error: ErrorJson | null): boolean {
  if (error === null) return false;
  return error.origin === 'target' || error.origin === 'network' || NO_AGENT.includes(error.code);
}

function anyReceived(estimate: Estimate, metric: Metric): boolean {
  switch (estimate.is) {
    case 'sample':
      return estimate.values.some((value) => value !== Infinity);
    case 'ratio':
      // A ratio of failures is short of 1 when something was received, one of successes is above 0.
      return metric.better === 'higher' ? estimate.hits > 0 : estimate.hits < estimate.of;
    case 'scalar':
      return true;
    case 'missing':
      return false;
  }
}
