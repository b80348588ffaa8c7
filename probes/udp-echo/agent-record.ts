import { replyIndex } from './reply-index.ts';
import { type Rows, STATE, type Trips } from './trips.ts';
import { FATE, type Tally, type Way, type Ways } from './ways.ts';

/** What the agent's record of every request that reached it tells. `r` below is a row of it. */
export interface AgentRecord extends Ways {
  /** r of the first copy of each request that arrived; −1: none did. */
  firstOf: Int32Array;
  /** r behind each reply. */
  rowOf: Int32Array;
}

/** How often the agent's record says what cannot be, by what it is in words. */
export type Contradictions = Record<keyof typeof CONTRADICTIONS, number>;

export const CONTRADICTIONS = {
  requests_never_sent: 'requests in it that were never sent',
  numbers_repeated: 'numbers of replies used twice',
  numbers_missing: 'numbers of replies left out',
  replies_not_on_record: 'replies that arrived here and are not in it',
} as const;

type Reflect = Rows['reflect'];

/**
 * Reads the agent's record against what was sent and what came back. It must number its replies to each flow 0, 1, 2 …
 * and hold every reply that arrived here; if not, the contradictions are returned, for nothing in it can be believed.
 */
export function readAgentRecord(
  trips: Trips,
  { reply, reflect }: Pick<Rows, 'reply' | 'reflect'>,
): AgentRecord | Contradictions {
  const { find, repeated, missing } = replyIndex(reflect.flow, reflect.reflector_seq, trips.flows);
  const contradictions: Contradictions = {
    requests_never_sent: 0,
    numbers_repeated: repeated,
    numbers_missing: missing,
    replies_not_on_record: 0,
  };
  const requestOf = new Int32Array(reflect.seq.length);
  for (let r = 0; r < requestOf.length; r += 1) {
    const i = trips.find(reflect.flow[r] as number, reflect.seq[r] as number);
    requestOf[r] = i;
    if (i < 0) contradictions.requests_never_sent += 1;
  }
  const rowOf = new Int32Array(reply.seq.length);
  for (let p = 0; p < rowOf.length; p += 1) {
    const r = find(reply.flow[p] as number, reply.reflector_seq[p] as number);
    rowOf[p] = r;
    if (r < 0 || reflect.seq[r] !== reply.seq[p]) contradictions.replies_not_on_record += 1;
  }
  if (Object.values(contradictions).some((count) => count > 0)) return contradictions;
  return { ...forwardWay(trips, requestOf), reverse: reverseWay(trips, reflect, requestOf, rowOf), rowOf };
}

export function isContradictory(read: AgentRecord | Contradictions): read is Contradictions {
  return 'numbers_repeated' in read;
}

/** Requests: each that left this machine, and the rows that say that it arrived. */
function forwardWay(trips: Trips, requestOf: Int32Array): Pick<AgentRecord, 'forward' | 'firstOf'> {
  const { state, flow, seq } = trips;
  const fate = state.map((of) => (of <= STATE.lost ? FATE.lost : FATE.none));
  const firstOf = new Int32Array(state.length).fill(-1);
  const { order, twice } = arrivals(requestOf, fate, (i, r) => {
    firstOf[i] = r;
  });
  const forward: Way = {
    loss: tallies(fate, (i) => flow[i] as number, trips.flows),
    lossFlags: { flags: fate, requestOf: undefined },
    duplicate: { flags: twice, requestOf: undefined },
    arrivals: { order, stream: flow, seq, requestOf: undefined },
    fate,
  };
  return { forward, firstOf };
}

/** Replies: each row is one that was sent; those that a row of replies names have arrived. */
function reverseWay(trips: Trips, reflect: Reflect, requestOf: Int32Array, rowOf: Int32Array): Way {
  const { state } = trips;
  // Replies to undecided requests were not waited for.
  const flags = new Uint8Array(requestOf.length).fill(FATE.none);
  const fate = new Uint8Array(state.length).fill(FATE.none);
  for (let r = 0; r < flags.length; r += 1) {
    const i = requestOf[r] as number;
    if ((state[i] as number) > STATE.lost) continue;
    flags[r] = FATE.lost;
    fate[i] = FATE.lost;
  }
  const { order, twice } = arrivals(rowOf, flags, (r) => {
    fate[requestOf[r] as number] = FATE.arrived;
  });
  return {
    loss: tallies(flags, (r) => reflect.flow[r] as number, trips.flows),
    lossFlags: { flags, requestOf },
    duplicate: { flags: twice, requestOf },
    arrivals: { order, stream: reflect.flow, seq: reflect.reflector_seq, requestOf },
    fate,
  };
}

/**
 * Goes through what arrived, row by row: `packetOf` is the packet that a row is a copy of, `fates` those of the packets,
 * all lost so far. `twice` flags those that came again.
 */
function arrivals(packetOf: Int32Array, fates: Uint8Array, first: (packet: number, row: number) => void) {
  const twice = new Uint8Array(fates.length).fill(FATE.none);
  const order = new Uint32Array(packetOf.length);
  let n = 0;
  for (let row = 0; row < packetOf.length; row += 1) {
    const packet = packetOf[row] as number;
    if (fates[packet] === FATE.arrived) twice[packet] = 1;
    if (fates[packet] !== FATE.lost) continue;
    fates[packet] = FATE.arrived;
    twice[packet] = 0;
    first(packet, row);
    order[n] = packet;
    n += 1;
  }
  return { order: order.slice(0, n), twice };
}

function tallies(fates: Uint8Array, flowOf: (packet: number) => number, flows: number): Tally[] {
  const counted = Array.from({ length: flows }, () => ({ hits: 0, of: 0 }));
  for (let packet = 0; packet < fates.length; packet += 1) {
    if ((fates[packet] as number) > FATE.lost) continue;
    const tally = counted[flowOf(packet)] as Tally;
    tally.of += 1;
    if (fates[packet] === FATE.lost) tally.hits += 1;
  }
  return counted;
}
