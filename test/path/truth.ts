import { delayNs, type Fate, forwarded, type PathRecord } from './log.ts';

export { pairRoundTrips, pathRttsNs, type RoundTrip } from './round-trips.ts';

/** A conversation: a client at `from` with a server's port at `to`. */
export interface FlowName {
  from: string;
  to: string;
  /** 6 TCP, 17 UDP. */
  protocol: number;
  /** The server's. */
  port: number;
  /** Default: any. */
  clientPort?: number;
}

/** The packets of a flow, by direction. */
export interface Flow {
  requests: PathRecord[];
  replies: PathRecord[];
}

/** From `fromNs` up to but without `toNs`, in ns since the start of the path. */
export interface TimeWindow {
  fromNs: number;
  toNs: number;
}

/** Packets of one direction. `sent` = forwarded + lost + pending. */
export interface DirectionCounts {
  sent: number;
  forwarded: number;
  /** Never came out, for whatever reason; `byFate` has the reasons. */
  lost: number;
  /** Still on their way when the path ended. */
  pending: number;
  /** Of which a second copy came out. */
  duplicated: number;
  /** RFC 4737 3.3: came out with a sequence number below the next one expected. Second copies do not count. */
  reordered: number;
  byFate: Record<Fate, number>;
}

/** The packets of one direction between two sites. */
export function selectDirection(records: readonly PathRecord[], from: string, to: string): PathRecord[] {
  return records.filter((record) => record.from === from && record.to === to);
}

/** The packets of one flow. */
export function selectFlow(records: readonly PathRecord[], name: FlowName): Flow {
  const { from, to, protocol, port, clientPort } = name;
  const isClient = (other: number) => clientPort === undefined || other === clientPort;
  return {
    requests: selectDirection(records, from, to).filter(
      (r) => r.protocol === protocol && r.destinationPort === port && isClient(r.sourcePort),
    ),
    replies: selectDirection(records, to, from).filter(
      (r) => r.protocol === protocol && r.sourcePort === port && isClient(r.destinationPort),
    ),
  };
}

/** The packets that came in within the window. For round trips, select the requests and keep all replies. */
export function within(records: readonly PathRecord[], { fromNs, toNs }: TimeWindow): PathRecord[] {
  return records.filter(({ inNs }) => inNs >= fromNs && inNs < toNs);
}

/**
 * Counts the packets of one direction. `sequenceOf` gives the number that tells reordering; by default the order of
 * coming in; a packet without one (undefined) is not looked at for reordering.
 */
export function countDirection(
  records: readonly PathRecord[],
  sequenceOf: (record: PathRecord) => number | undefined = ({ index }) => index,
): DirectionCounts {
  const byFate = noFates();
  for (const { fate } of records) byFate[fate] += 1;
  const sent = records.length - byFate.duplicate;
  return {
    sent,
    forwarded: byFate.forwarded,
    lost: sent - byFate.forwarded - byFate.pending,
    pending: byFate.pending,
    duplicated: byFate.duplicate,
    reordered: countReordered(forwarded(records), sequenceOf),
    byFate,
  };
}

/** One-way delays of the packets that came out, in ns, in the order of coming in; without second copies. */
export function delaysNs(records: readonly PathRecord[]): Float64Array {
  const delivered = forwarded(records).sort((a, b) => a.index - b.index);
  return Float64Array.from(delivered, delayNs);
}

/** How late the emulator let each packet out, against the delay drawn for it: its own error, in ns. */
export function latenessNs(records: readonly PathRecord[]): Float64Array {
  return Float64Array.from(forwarded(records), ({ outNs, dueNs }) => (outNs ?? Number.NaN) - (dueNs ?? Number.NaN));
}

/** The lengths of the runs of consecutive packets that never came out, in packets of this selection. */
export function lossBursts(records: readonly PathRecord[]): number[] {
  const packets = records.filter(({ fate }) => fate !== 'duplicate' && fate !== 'pending');
  const bursts: number[] = [];
  let burst = 0;
  for (const { fate } of packets.sort((a, b) => a.index - b.index)) {
    if (fate !== 'forwarded') burst += 1;
    else if (burst > 0) {
      bursts.push(burst);
      burst = 0;
    }
  }
  return burst > 0 ? [...bursts, burst] : bursts;
}

function countReordered(records: PathRecord[], sequenceOf: (record: PathRecord) => number | undefined): number {
  let expected = Number.NEGATIVE_INFINITY;
  let reordered = 0;
  // A stable sort: of two that left at the same moment, the log has the first one first.
  for (const record of records.sort((a, b) => (a.outNs ?? 0) - (b.outNs ?? 0))) {
    const sequence = sequenceOf(record);
    if (sequence === undefined) continue;
    if (sequence < expected) reordered += 1;
    else expected = sequence + 1;
  }
  return reordered;
}

function noFates(): Record<Fate, number> {
  return {
    forwarded: 0,
    lost: 0,
    queue: 0,
    blackout: 0,
    duplicate: 0,
    expired: 0,
    'too-big': 0,
    pending: 0,
    overflow: 0,
    unwritten: 0,
  };
}
