import { delayNs, forwarded, type PathRecord } from './log.ts';
import type { Flow } from './truth.ts';

/** A request and its reply, told by the key in their payloads. */
export interface RoundTrip {
  key: string;
  /** When the first packet with the request came in, delivered or not. */
  sentNs: number;
  /** Packets with that request: more than one means that it was sent again. */
  requestPackets: number;
  replyPackets: number;
  /** The first to come out; null when none did. */
  request: PathRecord | null;
  reply: PathRecord | null;
  /**
   * What the path took: (out − in) of the request that came out first + (out − in) of the reply that did. What happens
   * at the sites (their network stacks, the responder's own time) is not in it. Null unless both came out.
   */
  pathRttNs: number | null;
}

/**
 * Pairs requests with replies: those with the same key. Packets without a key (undefined) are left out. In the order in
 * which the requests were first sent.
 */
export function pairRoundTrips(flow: Flow, keyOf: (payload: Uint8Array) => string | undefined): RoundTrip[] {
  const requests = byKey(flow.requests, keyOf);
  const replies = byKey(flow.replies, keyOf);
  const trips = [...requests].map(([key, sent]): RoundTrip => {
    const answered = replies.get(key) ?? [];
    const request = firstOut(sent);
    const reply = firstOut(answered);
    return {
      key,
      sentNs: Math.min(...sent.map(({ inNs }) => inNs)),
      requestPackets: sent.length,
      replyPackets: answered.length,
      request,
      reply,
      pathRttNs: request === null || reply === null ? null : delayNs(request) + delayNs(reply),
    };
  });
  return trips.sort((a, b) => a.sentNs - b.sentNs);
}

/** The path RTTs, in ns, of the round trips that were completed. */
export function pathRttsNs(trips: readonly RoundTrip[]): Float64Array {
  return Float64Array.from(trips.flatMap(({ pathRttNs }) => (pathRttNs === null ? [] : [pathRttNs])));
}

function byKey(records: readonly PathRecord[], keyOf: (payload: Uint8Array) => string | undefined) {
  const groups = new Map<string, PathRecord[]>();
  for (const record of records) {
    const key = record.fate === 'duplicate' ? undefined : keyOf(record.payload);
    if (key === undefined) continue;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [record]);
    else group.push(record);
  }
  return groups;
}

function firstOut(records: readonly PathRecord[]): PathRecord | null {
  return forwarded(records).reduce<PathRecord | null>(
    (first, record) => (first === null || (record.outNs ?? 0) < (first.outNs ?? 0) ? record : first),
    null,
  );
}
