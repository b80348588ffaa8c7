import { NetprobeError } from '../../src/contract/error.ts';
import type { Counts } from '../../src/contract/estimate.ts';
import { outcomeOf } from '../../src/contract/outcome.ts';
import type { Ns, SeatRecords } from '../../src/contract/records.ts';
import type { udpEcho } from './index.ts';
import { type Matched, matchReplies } from './match-replies.ts';
import { requestIndex } from './request-index.ts';

export type Rows = SeatRecords<typeof udpEcho.tables>['rows'];
type Close = SeatRecords<typeof udpEcho.tables>['close'];

/** What became of a request. Up to `undecided` it left this machine; up to `lost` it counts for each direction. */
export const STATE = {
  received: 0,
  /** No reply within the timeout; one may have come later. */
  lost: 1,
  /** The record ends before its timeout did, whether or not a reply had come by then. */
  undecided: 2,
  /** Refused before it left, for want of the peer or of a way to it. */
  failed: 3,
  /** Not sent, for want of this machine. */
  unsent: 4,
} as const;

/** Requests in the order of sending, and the replies to them. `i` below is a place in that order, `p` a row of replies. */
export interface Trips extends Omit<Matched, 'notes'> {
  flows: number;
  flow: Float64Array;
  seq: Float64Array;
  intended: Float64Array;
  sent: Float64Array;
  state: Uint8Array;
  /** i of a request that left this machine; −1: there is none. */
  find(flow: number, seq: number): number;
  /** What was seen and enters no figure. */
  notes: Record<string, number>;
}

/**
 * Puts replies to requests. `order` are the rows of requests in the order of sending. Throws NETPROBE_RECORDS_INVALID
 * when the requests, this side's own record, cannot be: replies may say whatever they like.
 */
export function joinTrips(
  rows: Pick<Rows, 'request' | 'reply'>,
  order: Uint32Array,
  { flows, timeout }: { flows: number; timeout: Ns },
  close: Close,
): Trips {
  const { request, reply } = rows;
  const column = (values: Float64Array) => inOrder(values, order);
  const sending = { flow: column(request.flow), seq: column(request.seq), sent: column(request.sent) };
  const intended = column(request.intended);
  const state = unsentStates(column(request.unsent), sending.sent, intended);
  const place = requestIndex(sending.flow, sending.seq, flows);
  const find = (flow: number, seq: number) => {
    const i = place(flow, seq);
    return i >= 0 && (state[i] as number) <= STATE.undecided ? i : -1;
  };
  const matched = matchReplies(reply, sending.sent, find);
  const end = close?.status === 'completed' ? Infinity : (close?.at ?? lastTime(rows));
  let late = 0;
  for (let i = 0; i < state.length; i += 1) {
    if (state[i] !== STATE.lost) continue;
    const deadline = (sending.sent[i] as number) + timeout;
    const arrival = matched.arrival[i] as number;
    // Those that happened to be answered before the end were the quick ones: none of that time counts, or loss is too low.
    if (deadline > end) state[i] = STATE.undecided;
    else if (arrival <= deadline) state[i] = STATE.received;
    else if (arrival > deadline) late += 1;
  }
  return {
    flows,
    ...sending,
    ...matched,
    intended,
    state,
    find,
    notes: { ...matched.notes, late_replies: late, undecided: countOf(state, STATE.undecided) },
  };
}

/** What became of requests of these states. Throws NETPROBE_RECORDS_INVALID when they are more than were planned. */
export function countStates(states: Uint8Array, planned: number): Counts {
  const byState = [0, 0, 0, 0, 0];
  for (const state of states) byState[state] = (byState[state] as number) + 1;
  const [received = 0, lost = 0, , failed = 0] = byState;
  const sent = received + lost + failed;
  if (states.length > planned)
    throw invalid('more requests than were planned', `at most ${planned}`, `${states.length}`);
  return { planned, sent, received, lost, failed, skipped: planned - sent, omitted: 0 };
}

function unsentStates(unsent: Float64Array, sent: Float64Array, intended: Float64Array): Uint8Array {
  const states = new Uint8Array(unsent.length);
  for (let i = 0; i < states.length; i += 1) {
    const code = unsent[i] as number;
    const outcome = Number.isNaN(code) ? undefined : outcomeOf(code);
    if (!Number.isNaN(code)) states[i] = outcome === 'skipped' || outcome === 'local' ? STATE.unsent : STATE.failed;
    else if (Number.isFinite((sent[i] as number) + (intended[i] as number))) states[i] = STATE.lost;
    else throw invalid('a request that was sent at no time', 'its intended and actual time', String(sent[i]));
  }
  return states;
}

/** The column itself when its rows stand in that order, as is the rule. */
function inOrder(column: Float64Array, order: Uint32Array): Float64Array {
  if (order.every((row, i) => row === i)) return column;
  const ordered = new Float64Array(order.length);
  for (let i = 0; i < order.length; i += 1) ordered[i] = column[order[i] as number] as number;
  return ordered;
}

function lastTime({ request, reply }: Pick<Rows, 'request' | 'reply'>): Ns {
  let last = -Infinity;
  for (const column of [request.sent, reply.received]) for (const at of column) if (at > last) last = at;
  return last;
}

function countOf(states: Uint8Array, wanted: number): number {
  let n = 0;
  for (const state of states) if (state === wanted) n += 1;
  return n;
}

function invalid(message: string, expected: string, found: string): NetprobeError {
  return new NetprobeError('NETPROBE_RECORDS_INVALID', message, { expected, found });
}
