import { type Told, tellByCounter, type WayTold } from './by-counter.ts';
import { pick, placesByFlow } from './series.ts';
import { type Rows, STATE, type Trips } from './trips.ts';
import { FATE, isUntold, sumOf, type Way, type Ways } from './ways.ts';

/** Requests or replies of each flow, by their places. */
type Members = readonly Uint32Array[];

/** Both directions by nothing but the numbers in the replies: the reflector is not ours, or its record is lost. */
export function waysByNumbers(trips: Trips, reply: Rows['reply'], countsFromZero: boolean): Ways {
  const decided = (i: number) => (trips.state[i] as number) <= STATE.lost;
  const requests = placesByFlow(trips.flow, trips.flows, decided);
  const replies = placesByFlow(reply.flow, trips.flows, (p) => decided(trips.requestOf[p] as number));
  const place = new Uint32Array(trips.seq.length);
  for (const members of requests) for (let k = 0; k < members.length; k += 1) place[members[k] as number] = k;
  const told = replies.map((members, flow) =>
    tellByCounter({
      requests: requests[flow]?.length ?? 0,
      requestOf: members.map((p) => place[trips.requestOf[p] as number] as number),
      senderNumber: pick(reply.seq, members),
      number: pick(reply.reflector_seq, members),
      countsFromZero,
    }),
  );
  const forward = told.map((flow) => flow.forward);
  const reverse = told.map((flow) => flow.reverse);
  const counts = countsOf(told, replies, reply.seq.length);
  const fate = (ways: readonly WayTold[]) => fatesOf(ways, requests, trips.state.length);
  return {
    forward: { ...wayOf(forward, requests, trips.flow, trips.seq, undefined), fate: fate(forward) },
    reverse: { ...wayOf(reverse, replies, reply.flow, counts, trips.requestOf), fate: fate(reverse) },
  };
}

function wayOf(
  flows: readonly WayTold[],
  members: Members,
  stream: Float64Array,
  seq: Float64Array,
  requestOf: Int32Array | undefined,
): Omit<Way, 'fate'> {
  const untold = flows.map(({ order }) => order).find(isUntold);
  return {
    loss: flows.map(({ loss }) => loss),
    duplicate: sumOf(flows.map(({ duplicate }) => duplicate)),
    arrivals: untold ?? { order: joined(flows, members), stream, seq, requestOf },
  };
}

/** Arrivals of one flow after another: their order across flows means nothing. */
function joined(flows: readonly WayTold[], members: Members): Uint32Array {
  const all = new Uint32Array(members.reduce((length, { length: more }) => length + more, 0));
  let n = 0;
  for (const [flow, { order }] of flows.entries()) {
    if (isUntold(order)) continue;
    for (const k of order) all[n++] = members[flow]?.[k] as number;
  }
  return all.slice(0, n);
}

function fatesOf(flows: readonly WayTold[], members: Members, length: number): Uint8Array {
  const fates = new Uint8Array(length).fill(FATE.none);
  for (const [flow, { fate }] of flows.entries())
    for (let k = 0; k < fate.length; k += 1) fates[members[flow]?.[k] as number] = fate[k] as number;
  return fates;
}

function countsOf(told: readonly Told[], members: Members, length: number): Float64Array {
  const all = new Float64Array(length);
  for (const [flow, { counts }] of told.entries())
    for (let k = 0; k < (counts?.length ?? 0); k += 1) all[members[flow]?.[k] as number] = counts?.[k] as number;
  return all;
}
