import { NetprobeError } from '../../src/contract/error.ts';

/**
 * Finds the place of a request by its flow and number; −1: there is none, and anything may be asked for. Throws
 * NETPROBE_RECORDS_INVALID unless each flow's requests are numbered 0, 1, 2 …, in whatever order they stand.
 */
export function requestIndex(
  flow: Float64Array,
  seq: Float64Array,
  flows: number,
): (flow: number, seq: number) => number {
  const sizes = new Uint32Array(flows);
  for (const of of flow) {
    if (!(of >= 0 && of < flows && Number.isInteger(of)))
      throw invalid('a request of no flow', `a flow below ${flows}`, of);
    sizes[of] = (sizes[of] as number) + 1;
  }
  const starts = startsOf(sizes);
  const places = new Int32Array(flow.length).fill(-1);
  const slotOf = (of: number, number: number) => {
    // Of a flow that is none, the size is undefined; a number that is none compares as false.
    if (!(number >= 0 && number < (sizes[of] ?? 0) && Number.isInteger(number))) return -1;
    return (starts[of] as number) + number;
  };
  for (let i = 0; i < flow.length; i += 1) {
    const number = seq[i] as number;
    const slot = slotOf(flow[i] as number, number);
    if (slot < 0 || places[slot] !== -1)
      throw invalid('requests of a flow that are not numbered one by one', 'each number once', number);
    places[slot] = i;
  }
  return (of, number) => {
    const slot = slotOf(of, number);
    return slot < 0 ? -1 : (places[slot] as number);
  };
}

/** Where each part starts when parts of these sizes stand one after another. */
export function startsOf(sizes: Uint32Array): Uint32Array {
  const starts = new Uint32Array(sizes.length);
  for (let i = 1; i < sizes.length; i += 1) starts[i] = (starts[i - 1] as number) + (sizes[i - 1] as number);
  return starts;
}

function invalid(message: string, expected: string, found: number): NetprobeError {
  return new NetprobeError('NETPROBE_RECORDS_INVALID', message, { expected, found: String(found) });
}
