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

/**
 * How far each packet of one stream came late: 0 in order; otherwise how many places after the first packet of a higher
 * number (RFC 4737 §4.2, reordering extent). `seq` are the numbers in the order of arrival, without copies.
 */
export function reorderingExtents(seq: ArrayLike<number>): Uint32Array {
  const extents = new Uint32Array(seq.length);
  // Places where the highest number so far was raised: their numbers rise, so the first above another is found by halving.
  const records: number[] = [];
  for (let i = 0; i < seq.length; i += 1) {
    const number = seq[i] as number;
    const highest = records.at(-1);
    if (highest === undefined || number > (seq[highest] as number)) records.push(i);
    else extents[i] = i - (records[firstAbove(seq, records, number)] ?? i);
  }
  return extents;
}

function firstAbove(seq: ArrayLike<number>, records: readonly number[], number: number): number {
  let low = 0;
  let high = records.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((seq[records[middle] as number] as number) > number) high = middle;
    else low = middle + 1;
  }
  return low;
}
