import { NetprobeError } from '../contract/error.ts';

/**
 * Refuses what no sample can be: only finite numbers (received) and +Infinity (lost or failed) are values. Anything else
 * means that records were read or reduced wrongly, and a figure made of it would be a wrong one.
 */
export function assertValues(values: Float64Array): void {
  for (let i = 0; i < values.length; i += 1) {
    const value = values[i] as number;
    if (!(value > -Infinity)) {
      throw new NetprobeError('NETPROBE_RECORDS_INVALID', `sample ${i} is ${value}`, {
        expected: 'a finite number, or +Infinity for a sample that was lost or failed',
        found: String(value),
      });
    }
  }
}

/** The finite values, that is the received ones, in ascending order. The input is left as it is. */
export function sortedReceived(values: Float64Array): Float64Array {
  assertValues(values);
  // Sorting puts every +Infinity at the end, so a view of the front is all that is needed: one copy, one sort.
  const sorted = values.slice().sort();
  let n = sorted.length;
  while (n > 0 && sorted[n - 1] === Infinity) n -= 1;
  return sorted.subarray(0, n);
}

/** The finite values in their own order: the array itself when nothing was lost. */
export function receivedOf(values: Float64Array): Float64Array {
  if (!values.includes(Infinity)) return values;
  const received = new Float64Array(values.length);
  let n = 0;
  for (let i = 0; i < values.length; i += 1) {
    if (values[i] === Infinity) continue;
    received[n] = values[i] as number;
    n += 1;
  }
  return received.subarray(0, n);
}
