import type { Estimate } from '../contract/estimate.ts';

/** Packets of one or more streams in the order of sending. */
export interface Sendings {
  stream: ArrayLike<number>;
  /** 1: lost, 0: not; anything else was never sent, and is passed over. */
  lost: ArrayLike<number>;
  /** Cell time in ns. */
  at: ArrayLike<number>;
}

/**
 * The pattern of losses (RFC 3357), in packets of the stream that each loss belongs to. `period`: the lengths of loss
 * periods, at the first loss of each. `distance`: how many packets after the loss before it each loss was sent, so 1
 * within a period; the first loss of a stream has none.
 */
export function lossPattern({ stream, lost, at }: Sendings, streams: number): { period: Estimate; distance: Estimate } {
  const place = new Float64Array(streams);
  const lastLoss = new Float64Array(streams).fill(-Infinity);
  const openPeriod = new Int32Array(streams).fill(-1);
  const periods = pairs();
  const distances = pairs();
  for (let i = 0; i < lost.length; i += 1) {
    const of = stream[i] as number;
    if (lost[i] === 0) openPeriod[of] = -1;
    if (lost[i] !== 0 && lost[i] !== 1) continue;
    place[of] = (place[of] as number) + 1;
    if (lost[i] === 0) continue;
    const distance = (place[of] as number) - (lastLoss[of] as number);
    lastLoss[of] = place[of] as number;
    if (distance < Infinity) distances.add(distance, at[i] as number);
    const open = openPeriod[of] as number;
    if (open >= 0) periods.values[open] = (periods.values[open] as number) + 1;
    else openPeriod[of] = periods.add(1, at[i] as number);
  }
  return {
    period: periods.estimate('no packet was lost'),
    distance: distances.estimate(periods.values.length === 0 ? 'no packet was lost' : 'no two packets were lost'),
  };
}

function pairs() {
  const values: number[] = [];
  const times: number[] = [];
  return {
    values,
    add(value: number, time: number): number {
      times.push(time);
      return values.push(value) - 1;
    },
    estimate: (why: string): Estimate =>
      values.length === 0
        ? { is: 'missing', why }
        : { is: 'sample', values: Float64Array.from(values), at: Float64Array.from(times) },
  };
}
