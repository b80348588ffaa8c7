import { describe, expect, it } from 'vitest';
import { lossPattern } from './loss-pattern.ts';

const NONE = 255;

/** One stream, a packet each 10 ns. */
function of(...lost: number[]) {
  const { period, distance } = lossPattern({ stream: lost.map(() => 0), lost, at: lost.map((_, i) => i * 10) }, 1);
  return { period, distance };
}

function sample(values: number[], at: number[]) {
  return { is: 'sample', values: Float64Array.from(values), at: Float64Array.from(at) };
}

describe('the pattern of losses', () => {
  // By hand, from the definitions of RFC 3357.
  it('has lengths of periods, and distances between losses', () => {
    expect(of(0, 1, 0, 0, 1, 1, 1, 0, 1)).toEqual({
      period: sample([1, 3, 1], [10, 40, 80]),
      distance: sample([3, 1, 1, 2], [40, 50, 60, 80]),
    });
  });

  it('passes over what was never sent', () => {
    expect(of(1, NONE, 1, 0, NONE, 1)).toEqual({
      period: sample([2, 1], [0, 50]),
      distance: sample([1, 2], [20, 50]),
    });
  });

  it('is that of each stream', () => {
    const pattern = lossPattern({ stream: [0, 1, 0, 1, 0, 1], lost: [1, 0, 1, 1, 0, 1], at: [0, 1, 2, 3, 4, 5] }, 2);
    expect(pattern).toEqual({ period: sample([2, 2], [0, 3]), distance: sample([1, 1], [2, 5]) });
  });

  it('is one period when all is lost', () => {
    expect(of(1, 1, 1).period).toEqual(sample([3], [0]));
  });

  it.each([
    [[], 'no packet was lost', 'no packet was lost'],
    [[0, 0, NONE], 'no packet was lost', 'no packet was lost'],
  ])('is missing when nothing was lost: %j', (lost, period, distance) => {
    expect(of(...lost)).toEqual({ period: { is: 'missing', why: period }, distance: { is: 'missing', why: distance } });
  });

  it('has no distance with one loss', () => {
    expect(of(0, 1, 0).distance).toEqual({ is: 'missing', why: 'no two packets were lost' });
  });
});
