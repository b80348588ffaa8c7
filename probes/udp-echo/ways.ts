/** A figure that cannot be told, and why. `withheld`: by the far end's doing. */
export interface Untold {
  why: string;
  withheld?: true;
}
export interface Tally {
  hits: number;
  of: number;
}
/** Packet by packet in the order of sending: 1 a hit, 0 none, more: not counted. */
export interface Flagged {
  flags: Uint8Array;
  /** The request that each packet is, or answers; undefined: the packets are the requests. */
  requestOf: Int32Array | undefined;
}

/** What became of a request, or of the reply to it, on its way. As flags, `lost` is a hit. */
export const FATE = {
  arrived: 0,
  lost: 1,
  /** Nobody knows. */
  unknown: 2,
  /** Nothing was sent that way. */
  none: 3,
} as const;

/** Packets that arrived, in the order of arrival, each once: `order` are places in the other lists. */
export interface Ordered {
  order: Uint32Array;
  /** The flow of each, and its number there. */
  stream: Float64Array;
  seq: Float64Array;
  requestOf: Int32Array | undefined;
}

/** What is known of one direction. */
export interface Way {
  /** Lost ones of those sent, of each flow; and packet by packet where that is known. */
  loss: (Tally | Untold)[];
  lossFlags?: Flagged;
  /** Packets that arrived more than once, of those that arrived. */
  duplicate: Flagged | Tally | Untold;
  arrivals: Ordered | Untold;
  /** Of each request, in the order of sending: what became of it on this way, or of the reply to it. */
  fate: Uint8Array;
}

export interface Ways {
  forward: Way;
  reverse: Way;
}

/** A direction of which nothing can be told. */
export function untoldWay(untold: Untold, flows: number, requests: number): Way {
  return {
    loss: Array.from({ length: flows }, () => untold),
    duplicate: untold,
    arrivals: untold,
    fate: new Uint8Array(requests).fill(FATE.unknown),
  };
}

export function isUntold(told: object): told is Untold {
  return 'why' in told;
}

/** The sum over flows, unless one of them cannot be told. */
export function sumOf(tallies: readonly (Tally | Untold)[]): Tally | Untold {
  const sum = { hits: 0, of: 0 };
  for (const tally of tallies) {
    if (isUntold(tally)) return tally;
    sum.hits += tally.hits;
    sum.of += tally.of;
  }
  return sum;
}
