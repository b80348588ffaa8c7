import { type Rows, STATE, type Trips } from './trips.ts';

/** What a reflector may say that it held a packet for without its word counting against the path: at least, and of the round trip. */
const BELIEVED_HOLD_NS = 200_000;
const BELIEVED_HOLD_SHARE = 0.01;

/** Each in ns, in the order of sending: +Infinity for requests lost or failed, NaN for those that do not count. */
export interface RoundTrips {
  raw: Float64Array;
  /** Without the time that the reflector says it held the packet. */
  rtt: Float64Array;
  /** That time counts as the path's where it is long: what verdicts use. */
  judged: Float64Array;
  /** From the intended send. */
  response: Float64Array;
  /** The reflector's word; NaN where it is absurd. */
  hold: Float64Array;
  /** Replies whose stamps cannot be: held for a negative time, for longer than the round trip, or none. */
  absurdHolds: number;
  /** Replies that were held for longer than is believed. */
  longHolds: number;
}

export function roundTrips(trips: Trips, reply: Pick<Rows['reply'], 'far_received' | 'far_sent'>): RoundTrips {
  const { state, sent, intended, arrival } = trips;
  const n = state.length;
  const column = () => new Float64Array(n);
  const result = { raw: column(), rtt: column(), judged: column(), response: column(), hold: column() };
  let absurdHolds = 0;
  let longHolds = 0;
  for (let i = 0; i < n; i += 1) {
    let raw = (arrival[i] as number) - (sent[i] as number);
    let hold = Number.NaN;
    if (state[i] === STATE.lost || state[i] === STATE.failed) raw = Infinity;
    else if (state[i] !== STATE.received) raw = Number.NaN;
    else {
      const p = trips.reply[i] as number;
      hold = (reply.far_sent[p] as number) - (reply.far_received[p] as number);
      if (!(hold >= 0 && hold <= raw)) {
        absurdHolds += 1;
        hold = Number.NaN;
      }
    }
    const believed = hold <= Math.max(BELIEVED_HOLD_NS, BELIEVED_HOLD_SHARE * raw);
    if (!believed && !Number.isNaN(hold)) longHolds += 1;
    result.raw[i] = raw;
    result.rtt[i] = Number.isNaN(hold) ? raw : raw - hold;
    result.judged[i] = believed ? raw - hold : raw;
    result.response[i] = raw === Infinity ? raw : (arrival[i] as number) - (intended[i] as number);
    result.hold[i] = hold;
  }
  return { ...result, absurdHolds, longHolds };
}
