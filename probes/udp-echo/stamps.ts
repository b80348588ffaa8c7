import type { AgentRecord } from './agent-record.ts';
import type { Rows, Trips } from './trips.ts';
import { FATE, type Way } from './ways.ts';

/**
 * One direction's stamps of each request, or of the reply to it, in the order of sending. `sent` is by the sender's
 * clock. `delays` are the receiver's stamp minus that, by two clocks, in ns: +Infinity for a packet known to be lost on
 * this way, NaN where a stamp is missing or nothing was sent.
 */
export interface Stamps {
  sent: Float64Array;
  delays: Float64Array;
}

interface BothWays {
  forward: Stamps;
  reverse: Stamps;
}
type Fates = { forward: Pick<Way, 'fate'>; reverse: Pick<Way, 'fate'> };

/** By the agent's own record, whose times are of its monotonic clock. */
export function recordStamps(trips: Trips, reflect: Rows['reflect'], record: AgentRecord): BothWays {
  return stampsOf(
    trips,
    record,
    (i) => arrivalAt(reflect, record.firstOf[i] as number),
    (p) => reflect.sent[record.rowOf[p] as number] as number,
  );
}

/** By the stamps in the replies, whose times are of wall clocks. */
export function packetStamps(trips: Trips, reply: Rows['reply'], fates: Fates): BothWays {
  return stampsOf(
    trips,
    fates,
    (i) => reply.far_received[trips.reply[i] as number] ?? Number.NaN,
    (p) => reply.far_sent[p] as number,
  );
}

/** `reached`: when request i reached the far end; `left`: when reply p left it. NaN: not known. */
function stampsOf(
  { sent, reply, arrival }: Trips,
  { forward, reverse }: Fates,
  reached: (i: number) => number,
  left: (p: number) => number,
): BothWays {
  const n = sent.length;
  const there = { sent, delays: new Float64Array(n) };
  const back = { sent: new Float64Array(n).fill(Number.NaN), delays: new Float64Array(n) };
  for (let i = 0; i < n; i += 1) {
    const p = reply[i] as number;
    if (p !== -1) back.sent[i] = left(p);
    there.delays[i] = forward.fate[i] === FATE.lost ? Infinity : finite(reached(i) - (sent[i] as number));
    back.delays[i] =
      reverse.fate[i] === FATE.lost ? Infinity : finite((arrival[i] as number) - (back.sent[i] as number));
  }
  return { forward: there, reverse: back };
}

/**
 * By how much the agent's wall clock, which stamps its packets, moved against the clock of its record, in ns. It is one
 * moment that both are of, so they differ by the same throughout unless the wall clock was set.
 */
export function wallMovement(
  { reply, reflect }: Pick<Rows, 'reply' | 'reflect'>,
  { rowOf }: Pick<AgentRecord, 'rowOf'>,
): number {
  const reached = span();
  const left = span();
  for (let p = 0; p < rowOf.length; p += 1) {
    const r = rowOf[p] as number;
    reached.add((reply.far_received[p] as number) - arrivalAt(reflect, r));
    left.add((reply.far_sent[p] as number) - (reflect.sent[r] as number));
  }
  return Math.max(reached.width(), left.width());
}

function span() {
  let least = Infinity;
  let most = -Infinity;
  return {
    add(value: number): void {
      if (value < least) least = value;
      if (value > most) most = value;
    },
    width: () => (most > least ? most - least : 0),
  };
}

function finite(value: number): number {
  return Number.isFinite(value) ? value : Number.NaN;
}

/** The kernel's stamp; never later than the process's own, as that of a clock that was set can be. NaN: no such row. */
function arrivalAt({ kernel, received }: Rows['reflect'], r: number): number {
  const own = received[r] ?? Number.NaN;
  const stamp = kernel[r] ?? Number.NaN;
  return Number.isNaN(stamp) ? own : Math.min(stamp, own);
}
