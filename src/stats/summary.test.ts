import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Estimate } from '../contract/estimate.ts';
import type { RatioFigure, SampleFigure } from '../contract/figures.ts';
import type { Metric } from '../contract/kind.ts';
import { summarise } from './summary.ts';

const RTT: Metric = { unit: 'ms', better: 'lower', form: 'sample', doc: '' };
const GOODPUT: Metric = { unit: 'bit/s', better: 'higher', form: 'sample', doc: '' };
const LOSS: Metric = { unit: 'ratio', better: 'lower', form: 'ratio', doc: '' };
const SETUP: Metric = { unit: 'ms', better: 'lower', form: 'scalar', doc: '' };

function sample(...values: number[]): Estimate {
  return { is: 'sample', values: Float64Array.from(values), at: new Float64Array(values.length) };
}

describe('the figures of a sample', () => {
  it('have their keys in one order', () => {
    expect(Object.keys(summarise(sample(1), RTT)).join()).toBe('n,min,mean,stddev,p50,p90,p95,p99,p99.9,max,why');
    expect(Object.keys(summarise(sample(1), GOODPUT)).join()).toBe(
      'n,min,mean,stddev,p1,p5,p10,p50,p90,p95,p99,max,why',
    );
    expect(Object.keys(summarise(sample(1), { ...RTT, better: 'neither' })).join()).toBe(
      'n,min,mean,stddev,p1,p5,p50,p95,p99,max,why',
    );
    const supported = sample(...Array.from({ length: 100 }, (_, i) => i));
    expect(Object.keys(summarise(supported, RTT)).join()).toBe(
      'n,min,mean,stddev,p50,p90,p95,p99,p99.9,max,ci95,nEffective,rho1,why',
    );
  });

  it('have the same keys when there is none', () => {
    const keys = Object.keys(summarise(sample(1), RTT));
    expect(Object.keys(summarise(sample(), RTT))).toEqual(keys);
    expect(Object.keys(summarise({ is: 'missing', why: 'not asked for' }, RTT))).toEqual(keys);
  });

  it('are of what was received', () => {
    expect(summarise(sample(4, Infinity, 2, Infinity), RTT)).toMatchObject({ n: 2, min: 2, mean: 3, p50: 3, max: 4 });
  });

  it('say what n does not support', () => {
    const figure = summarise(sample(...Array.from({ length: 998 }, (_, i) => i)), RTT) as SampleFigure;
    expect(figure['p99.9']).toBeNull();
    expect(figure.why).toBe('p99.9 needs n >= 1000, n is 998');
    expect(figure['p99']).toBe(987.03);
  });

  it('say nothing more when n supports all', () => {
    expect(summarise(sample(...Array.from({ length: 1000 }, (_, i) => i)), RTT)).not.toHaveProperty('why');
  });

  it('are null, never 0, when nothing was received', () => {
    expect(summarise(sample(Infinity, Infinity), RTT)).toEqual({
      n: 0,
      min: null,
      mean: null,
      stddev: null,
      p50: null,
      p90: null,
      p95: null,
      p99: null,
      'p99.9': null,
      max: null,
      why: 'none of 2 samples was received',
    });
  });

  it('are the same bytes whatever the order of the values, but for what depends on it', () => {
    const unordered = (values: number[]) => {
      const { ci95: _c, nEffective: _n, rho1: _r, ...rest } = summarise(sample(...values), RTT) as SampleFigure;
      return JSON.stringify(rest);
    };
    fc.assert(
      fc.property(fc.array(fc.double({ noNaN: true, min: 0, max: 1e6 }), { maxLength: 60 }), (values) => {
        expect(unordered(values.toSorted((a, b) => a - b))).toBe(unordered(values));
      }),
    );
  });

  it('rise from the minimum through the quantiles to the maximum, each within its interval', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ noNaN: true, min: 0, max: 1e6 }), { minLength: 1 }), (values) => {
        const figure = summarise(sample(...values), RTT) as SampleFigure;
        const { n: _, mean, stddev: _s, why: _w, ci95 = {}, nEffective, rho1: _r, ...rest } = figure;
        const ordered = Object.values(rest).filter((value) => value !== null);
        expect(ordered).toEqual(ordered.toSorted((a, b) => a - b));
        expect(mean).toBeGreaterThanOrEqual(rest.min as number);
        expect(mean).toBeLessThanOrEqual(rest.max as number);
        for (const [name, [low, high]] of Object.entries(ci95)) {
          const value = figure[name as `p${number}`] as number;
          expect(low ?? value).toBeLessThanOrEqual(value);
          expect(high ?? value).toBeGreaterThanOrEqual(value);
        }
        expect(nEffective ?? 1).toBeGreaterThanOrEqual(1);
        expect(nEffective ?? 1).toBeLessThanOrEqual(values.length);
      }),
    );
  });

  it('have intervals of the quantiles that n supports, in order of sending', () => {
    // 0 to 999 in an order without correlation: the values at the ranks 469 and 532, 882 and 919 … of 1000.
    const mixed = Array.from({ length: 1000 }, (_, i) => (i * 617) % 1000);
    const figure = summarise(sample(...mixed, Infinity), RTT) as SampleFigure;
    expect(figure.ci95).toEqual({
      p50: [468, 531],
      p90: [880, 918],
      p95: [935, 963],
      p99: [982, 996],
      'p99.9': [996, null],
    });
    expect(figure).toMatchObject({ n: 1000, nEffective: 1000 });
    const rising = summarise(sample(...mixed.toSorted((a, b) => a - b)), RTT) as SampleFigure;
    expect(rising.ci95?.['p50']).toEqual([null, null]);
    expect(rising.nEffective).toBeLessThan(5);
    expect(rising.rho1).toBeGreaterThan(0.9);
  });

  it('are refused when a value is no number', () => {
    expect(() => summarise(sample(1, Number.NaN), RTT)).toThrow(
      expect.objectContaining({ code: 'NETPROBE_RECORDS_INVALID' }),
    );
  });
});

describe('the figure of a ratio', () => {
  it('keeps its counts', () => {
    expect(summarise({ is: 'ratio', hits: 2, of: 3 }, LOSS)).toEqual({
      value: 0.666666667,
      hits: 2,
      of: 3,
      // scipy.stats.beta.ppf(0.025, 2, 2) and ppf(0.975, 3, 1)
      ci95: [0.0942993241, 0.991596241],
    });
  });

  it('tells what its samples are worth when it knows their order', () => {
    const hit = new Uint8Array(1000).fill(1, 500, 520);
    const series = { hit, at: Float64Array.from(hit.keys()) };
    const figure = summarise({ is: 'ratio', hits: 20, of: 1000, series }, LOSS) as RatioFigure;
    expect(Object.keys(figure)).toEqual(['value', 'hits', 'of', 'ci95', 'nEffective', 'rho1']);
    expect(figure.nEffective).toBeLessThan(100);
    expect(figure.ci95?.[1]).toBeGreaterThan(0.05);
    expect((summarise({ is: 'ratio', hits: 20, of: 1000 }, LOSS) as RatioFigure).ci95?.[1]).toBeLessThan(0.04);
  });

  it('is refused when its series counts otherwise', () => {
    const series = { hit: Uint8Array.of(1, 0, 0), at: Float64Array.of(1, 2, 3) };
    for (const counts of [
      { hits: 2, of: 3 },
      { hits: 1, of: 4 },
    ])
      expect(() => summarise({ is: 'ratio', ...counts, series }, LOSS)).toThrow(
        expect.objectContaining({ code: 'NETPROBE_INTERNAL' }),
      );
  });

  it('is null of nothing', () => {
    expect(summarise({ is: 'ratio', hits: 0, of: 0 }, LOSS)).toEqual({
      value: null,
      hits: 0,
      of: 0,
      why: 'there was nothing to take a share of',
    });
  });

  it.each([
    [2, 1],
    [-1, 1],
    [0.5, 1],
    [Number.NaN, 1],
  ])('is refused for %d of %d', (hits, of) => {
    expect(() => summarise({ is: 'ratio', hits, of }, LOSS)).toThrow(
      expect.objectContaining({ code: 'NETPROBE_RECORDS_INVALID' }),
    );
  });
});

describe('the figure of a scalar', () => {
  it('is the rounded value', () => {
    expect(summarise({ is: 'scalar', value: 1.23456789 }, SETUP)).toEqual({ value: 1.234568 });
  });
});

describe('a missing estimate', () => {
  it('has a null figure of its metric’s form, with the reason', () => {
    const missing: Estimate = { is: 'missing', why: 'nothing was sent' };
    expect(summarise(missing, LOSS)).toEqual({ value: null, hits: 0, of: 0, why: 'nothing was sent' });
    expect(summarise(missing, SETUP)).toEqual({ value: null, why: 'nothing was sent' });
    expect(summarise(missing, RTT)).toMatchObject({ n: 0, p99: null, why: 'nothing was sent' });
  });
});

describe('an estimate of another form than its metric declares', () => {
  it('is a bug', () => {
    expect(() => summarise({ is: 'scalar', value: 1 }, RTT)).toThrow(
      expect.objectContaining({ code: 'NETPROBE_INTERNAL' }),
    );
  });
});
