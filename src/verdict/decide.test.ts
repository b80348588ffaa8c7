import { describe, expect, it } from 'vitest';
import { decide, passNeeds } from './decide.ts';

// The edges were computed with exact fractions: P(B<=4; 1000, 1%) = 0.0287, P(B<=5) = 0.0661,
// P(B>=17) = 0.0264, P(B>=16) = 0.0479, P(B>=15) = 0.0824.
describe('decide', () => {
  it.each([
    [0, 1000, 'pass'],
    [4, 1000, 'pass'],
    [5, 1000, 'inconclusive'],
    [10, 1000, 'inconclusive'],
    [15, 1000, 'inconclusive'],
    [16, 1000, 'fail'],
    [1000, 1000, 'fail'],
    [0, 298, 'inconclusive'],
    [0, 299, 'pass'],
    [1, 472, 'inconclusive'],
    [1, 473, 'pass'],
    [0, 0, 'inconclusive'],
  ])('finds %d of %d against 1%%: %s', (exceeding, n, result) => {
    expect(decide(exceeding, n, 0.01)).toBe(result);
  });

  it('never passes an allowance of nothing, and fails it by one', () => {
    expect(decide(0, 10_000_000, 0)).toBe('inconclusive');
    expect(decide(1, 10_000_000, 0)).toBe('fail');
  });
});

describe('a pass', () => {
  it('needs so many samples when so many exceed', () => {
    expect(passNeeds(0, 10, 0.01)).toBe(299);
    expect(passNeeds(1, 200, 0.01)).toBe(473);
    expect(passNeeds(0, 0, 0.05)).toBe(59);
  });

  it('is not to be had by numbers when the share is not below the allowance', () => {
    expect(passNeeds(10, 1000, 0.01)).toBeNull();
    expect(passNeeds(0, 1000, 0)).toBeNull();
  });
});
