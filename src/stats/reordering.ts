/** Packets of one or more streams, by their places in `stream` and `seq`. */
export interface Arrivals {
  /** What arrived, in the order of arrival, each packet once: copies are no reordering. */
  order: ArrayLike<number>;
  /** Which stream each packet belongs to, from 0 on. */
  stream: ArrayLike<number>;
  /** Its number in that stream, in the order of sending. */
  seq: ArrayLike<number>;
}

/**
 * Which packets came reordered: 1 for each whose number is below the next one expected of its stream, that is one above
 * the highest that came before it (RFC 4737, NextExp; their ratio: §4.1); 0 for the others that came, 255 for the rest.
 * At the packets' places.
 */
export function reordered({ order, stream, seq }: Arrivals, streams: number): Uint8Array {
  const nextExpected = new Float64Array(streams).fill(-Infinity);
  const flags = new Uint8Array(stream.length).fill(255);
  for (let k = 0; k < order.length; k += 1) {
    const packet = order[k] as number;
    const of = stream[packet] as number;
    const number = seq[packet] as number;
    flags[packet] = number < (nextExpected[of] as number) ? 1 : 0;
    if (flags[packet] === 0) nextExpected[of] = number + 1;
  }
  return flags;
}
