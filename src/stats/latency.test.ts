import { describe, expect, it } from 'vitest';
import type { Counts } from '../contract/estimate.ts';
import { failureRatio } from './latency.ts';

const COUNTS: Counts = { planned: 5, sent: 4, received: 2, lost: 1, failed: 1, skipped: 1, omitted: 0 };

describe('the failure ratio', () => {
  it('is of what was sent', () => {
    expect(failureRatio(COUNTS)).toEqual({ is: 'ratio', hits: 2, of: 4 });
    expect(failureRatio({ ...COUNTS, sent: 0 })).toEqual({ is: 'missing', why: 'nothing was sent' });
  });

  it('tells in which order requests failed when it is given the delays', () => {
    const sent = {
      is: 'sample',
      values: Float64Array.of(1, Infinity, 2, Infinity),
      at: Float64Array.of(0, 1, 2, 3),
    } as const;
    expect(failureRatio(COUNTS, sent)).toEqual({
      is: 'ratio',
      hits: 2,
      of: 4,
      series: { hit: Uint8Array.of(0, 1, 0, 1), at: sent.at },
    });
  });
});
