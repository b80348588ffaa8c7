import { forwarded, type PathRecord } from '../../test/path/log.ts';
import { pairRoundTrips, type RoundTrip } from '../../test/path/round-trips.ts';
import { countDirection } from '../../test/path/truth.ts';
import type { Counts, Measured } from './measured.ts';

export interface Truth {
  /** (out − in) of the request + (out − in) of the reply, ms: without what happened at the far site. */
  path: Map<string, number>;
  /** Reply out − request in, ms: with it. */
  span: Map<string, number>;
  counts: Counts;
  /** Packets of the flow, of both directions. */
  packets: number;
  /** Of each key: the other route was taken there, and back. */
  routes: Map<string, [number, number]>;
}

const NS_PER_MS = 1e6;
/** A tool's clock may read a little later than the emulator's, for its call returns after the packet was taken. */
const SEND_SLACK_NS = 2e6;

/** What the log says of exactly the packets of one tool's figures. `startNs`: of the log, CLOCK_MONOTONIC. */
export function truthOf(records: readonly PathRecord[], measured: Measured, startNs: bigint): Truth {
  const { traffic, sentAtNs } = measured;
  const { keyOf } = traffic;
  const known = (r: PathRecord) => keyOf(r.payload) !== undefined;
  let requests = records.filter((r) => traffic.isRequest(r) && known(r));
  let replies = records.filter((r) => traffic.isReply(r) && known(r));
  if (sentAtNs !== null) {
    const keys = keysSentAt(requests, sentAtNs, startNs, keyOf);
    requests = requests.filter((r) => keys.has(keyOf(r.payload)));
    replies = replies.filter((r) => keys.has(keyOf(r.payload)));
  }
  const trips = pairRoundTrips({ requests, replies }, keyOf);
  const path = new Map<string, number>();
  const span = new Map<string, number>();
  const routes = new Map<string, [number, number]>();
  for (const { key, request, reply, pathRttNs } of trips) {
    if (request === null || reply === null || pathRttNs === null) continue;
    path.set(key, pathRttNs / NS_PER_MS);
    span.set(key, ((reply.outNs ?? Number.NaN) - request.inNs) / NS_PER_MS);
    routes.set(key, [request.route, reply.route]);
  }
  return { path, span, routes, counts: countsOf(requests, replies, trips, keyOf), packets: requests.length };
}

/** Keys of the requests that a tool says it sent at these times. */
function keysSentAt(
  requests: readonly PathRecord[],
  sentAtNs: readonly number[],
  startNs: bigint,
  keyOf: (payload: Uint8Array) => string | undefined,
) {
  const from = Math.min(...sentAtNs) - Number(startNs);
  const to = Math.max(...sentAtNs) - Number(startNs) + SEND_SLACK_NS;
  return new Set(requests.filter(({ inNs }) => inNs >= from && inNs <= to).map((r) => keyOf(r.payload)));
}

function countsOf(
  requests: readonly PathRecord[],
  replies: readonly PathRecord[],
  trips: readonly RoundTrip[],
  keyOf: (payload: Uint8Array) => string | undefined,
): Counts {
  const there = eachFlow(requests);
  const back = eachFlow(replies);
  const answers = answersEach(replies, keyOf);
  const order = new Map(trips.map(({ key }, i) => [key, i]));
  return {
    sent: trips.length,
    lost: trips.filter(({ reply }) => reply === null).length,
    lost_fwd: sum(there, (flow) => countDirection(flow).lost),
    lost_rev: sum(back, (flow) => countDirection(flow).lost),
    duplicates: answers.filter((count) => count > 1).length,
    copies: sum(answers, (count) => count - 1),
    duplicates_fwd: sum(there, (flow) => countDirection(flow).duplicated),
    duplicates_rev: sum(back, (flow) => countDirection(flow).duplicated),
    reordered: sum(
      eachFlow(firstAnswers(replies, keyOf)),
      (flow) => countDirection(flow, ({ payload }) => order.get(keyOf(payload) ?? '')).reordered,
    ),
    reordered_fwd: sum(there, (flow) => countDirection(flow).reordered),
    reordered_rev: sum(back, (flow) => countDirection(flow).reordered),
  };
}

/** The replies that came out, of each request the first one. */
function firstAnswers(replies: readonly PathRecord[], keyOf: (payload: Uint8Array) => string | undefined) {
  const first = new Map<string, PathRecord>();
  for (const reply of forwarded(replies).sort((a, b) => (a.outNs ?? 0) - (b.outNs ?? 0))) {
    const key = keyOf(reply.payload) ?? '';
    if (!first.has(key)) first.set(key, reply);
  }
  return [...first.values()];
}

/** How many answers came out to each request that had one. */
function answersEach(replies: readonly PathRecord[], keyOf: (payload: Uint8Array) => string | undefined): number[] {
  const copies = new Map<string, number>();
  for (const { fate, payload } of replies) {
    const key = keyOf(payload) ?? '';
    if (fate === 'forwarded' || fate === 'duplicate') copies.set(key, (copies.get(key) ?? 0) + 1);
  }
  return [...copies.values()];
}

function eachFlow(records: readonly PathRecord[]): PathRecord[][] {
  const flows = new Map<string, PathRecord[]>();
  for (const record of records) {
    const name = `${record.sourcePort} ${record.destinationPort}`;
    const flow = flows.get(name);
    if (flow === undefined) flows.set(name, [record]);
    else flow.push(record);
  }
  return [...flows.values()];
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}
