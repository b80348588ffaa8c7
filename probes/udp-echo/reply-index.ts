import { startsOf } from './request-index.ts';

/** A record may lack rows: numbers up to about twice their count are taken for numbers. */
const MORE_NUMBERS = 1000;

export interface ReplyIndex {
  /** The row of a reply by its flow and number; −1: there is none, and anything may be asked for. */
  find(flow: number, number: number): number;
  /** Rows whose number another row has. */
  repeated: number;
  /** Numbers below the highest that no row has, and rows whose number is none. */
  missing: number;
}

/** Rows by numbers that should be 0, 1, 2 … of each flow; the columns may hold anything. */
export function replyIndex(flow: Float64Array, number: Float64Array, flows: number): ReplyIndex {
  const sizes = sizesOf(flow, number, flows);
  const starts = startsOf(sizes);
  const rows = new Int32Array(sizes.reduce((sum, size) => sum + size, 0)).fill(-1);
  const slotOf = (of: number, n: number) =>
    n >= 0 && n < (sizes[of] ?? 0) && Number.isInteger(n) ? (starts[of] as number) + n : -1;
  let numbered = 0;
  let repeated = 0;
  let unnumbered = 0;
  for (let r = 0; r < flow.length; r += 1) {
    const slot = slotOf(flow[r] as number, number[r] as number);
    if (slot < 0) unnumbered += 1;
    else if (rows[slot] !== -1) repeated += 1;
    else {
      rows[slot] = r;
      numbered += 1;
    }
  }
  const find = (of: number, n: number) => {
    const slot = slotOf(of, n);
    return slot < 0 ? -1 : (rows[slot] as number);
  };
  return { find, repeated, missing: unnumbered + rows.length - numbered };
}

/** How many numbers each flow has: one more than the highest that can be one. */
function sizesOf(flow: Float64Array, number: Float64Array, flows: number): Uint32Array {
  const rows = new Uint32Array(flows);
  for (let r = 0; r < flow.length; r += 1) {
    const of = flow[r] as number;
    if (rows[of] !== undefined) rows[of] = (rows[of] as number) + 1;
  }
  const sizes = new Uint32Array(flows);
  for (let r = 0; r < flow.length; r += 1) {
    const of = flow[r] as number;
    const n = number[r] as number;
    if (n >= (sizes[of] ?? Infinity) && n < 2 * (rows[of] as number) + MORE_NUMBERS) sizes[of] = n + 1;
  }
  return sizes;
}
