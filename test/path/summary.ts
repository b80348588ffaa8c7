/** What was done to the packets of one direction, in packets. */
export interface DirectionSummary {
  from: string;
  to: string;
  /** Came in. */
  sent: number;
  forwarded: number;
  lost: number;
  queueDropped: number;
  blackedOut: number;
  /** Second copies that were forwarded. */
  duplicates: number;
  /** Time to live ran out at a hop. */
  expired: number;
  tooBig: number;
  /** Still on their way at the end. */
  pending: number;
  /** Dropped because the emulator's memory was full: not 0 means that the path was not what was asked for. */
  overflown: number;
  /** Refused by the receiving site's interface. */
  unwritten: number;
  /** As in RFC 4737, with the order of coming in as the sequence. */
  reordered: number;
  /** Of forwarded IP packets. */
  bytes: number;
}

/** How late packets left, against the delay that was drawn for them, in µs. */
export interface Lateness {
  count: number;
  mean: number | null;
  p50: number | null;
  p90: number | null;
  p99: number | null;
  p999: number | null;
  max: number | null;
}

/** What the emulator says at its end. */
export interface PathSummary {
  startNs: string;
  seconds: number;
  root: boolean;
  realtime: boolean;
  cpuSeconds: number;
  /** Of those, spent awake for the last moment before a packet is due. */
  awakeSeconds: number;
  /** Packets for an address that no site has. */
  unrouted: number;
  /** Packets that hops made. */
  answers: number;
  log: { lines: number; dropped: number; complete: boolean } | null;
  lateUs: Lateness;
  /** `notRead`: packets that a site dropped because the emulator did not take them in time; no log has them. */
  sites: { site: string; notRead: number | null }[];
  directions: DirectionSummary[];
}
