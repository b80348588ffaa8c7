import { describe, expect, it } from 'vitest';
import { hitRatio } from './hit-ratio.ts';

describe('a ratio of flags', () => {
  it('counts hits of those that count, and keeps their order and times', () => {
    expect(hitRatio(Uint8Array.of(0, 1, 255, 1, 2), Float64Array.of(10, 20, 30, 40, 50), '')).toEqual({
      is: 'ratio',
      hits: 2,
      of: 3,
      series: { hit: Uint8Array.of(0, 1, 1), at: Float64Array.of(10, 20, 40) },
    });
  });

  it('shares the series when all count', () => {
    const flags = Uint8Array.of(0, 1);
    const at = Float64Array.of(1, 2);
    const estimate = hitRatio(flags, at, '');
    expect(estimate.is === 'ratio' && estimate.series?.hit).toBe(flags);
    expect(estimate.is === 'ratio' && estimate.series?.at).toBe(at);
  });

  it('is missing when none counts', () => {
    expect(hitRatio(Uint8Array.of(255), Float64Array.of(1), 'nothing')).toEqual({ is: 'missing', why: 'nothing' });
    expect(hitRatio(new Uint8Array(), new Float64Array(), 'nothing')).toEqual({ is: 'missing', why: 'nothing' });
  });
});
