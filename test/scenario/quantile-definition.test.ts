import { readFileSync } from 'node:fs';
import { quantile, quantileSorted } from 'simple-statistics';
import { describe, expect, it } from 'vitest';
import { quantileHf7 } from '../../src/stats/quantile.ts';
import { quantileDefinition } from './read.ts';

// The golden test: releases of simple-statistics changed the definition before, in a patch release.
describe.each(quantileDefinition().sets)('the definition of percentiles, on $title', ({ values, quantiles }) => {
  it.each(quantiles)('is Hyndman-Fan type 7 at p = $p', ({ p, type7 }) => {
    const sorted = Float64Array.from(values).sort();
    expect(quantileHf7(sorted, p)).toBeCloseTo(type7, 9);
    expect(quantileSorted(Array.from(sorted), p)).toBe(quantileHf7(sorted, p));
    expect(quantile(values.toReversed(), p)).toBe(quantileHf7(sorted, p));
  });

  it('is told from types 6 and 1 by this data', () => {
    expect(quantiles.some(({ type7, type6 }) => Math.abs(type7 - type6) > 0.01)).toBe(true);
    expect(quantiles.some(({ type7, type1 }) => Math.abs(type7 - type1) > 0.01)).toBe(true);
  });
});

describe('the library that computes percentiles', () => {
  it('is pinned to an exact version', () => {
    const manifest = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
    expect(JSON.parse(manifest).dependencies['simple-statistics']).toMatch(/^\d+\.\d+\.\d+$/);
  });
});
