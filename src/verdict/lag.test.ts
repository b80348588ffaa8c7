import { describe, expect, it } from 'vitest';
import type { Estimate } from '../contract/estimate.ts';
import type { Metric } from '../contract/kind.ts';
import { generatorBound, generatorLag } from './lag.ts';

const RTT: Metric = { unit: 'ms', better: 'lower', form: 'sample', doc: '' };

/** So many sends on time, so many late by `ms`. */
function sends(onTime: number, late: number, ms: number): Estimate {
  const values = new Float64Array(onTime + late).fill(0.01, 0, onTime).fill(ms, onTime);
  return { is: 'sample', values, at: new Float64Array(values.length) };
}

describe('generator lag', () => {
  it('is the p99 of lateness above 1 ms', () => {
    expect(generatorLag(sends(950, 50, 3.2), RTT, 10)).toBe(
      'generator lag: the p99 of sends was 3.2 ms behind schedule, more than 1 ms',
    );
  });

  it('is not that of fewer than one send in a hundred', () => {
    expect(generatorLag(sends(995, 5, 3.2), RTT, 10)).toBeUndefined();
  });

  it('may be 5% of a threshold above 20 ms', () => {
    expect(generatorLag(sends(0, 200, 4.9), RTT, 100)).toBeUndefined();
    expect(generatorLag(sends(0, 200, 5), RTT, 100)).toBeUndefined();
    expect(generatorLag(sends(0, 200, 5.000001), RTT, 100)).toContain('more than 5 ms');
  });

  it('is that of the latest send when there are too few for a p99', () => {
    expect(generatorLag(sends(98, 1, 1.5), RTT, 10)).toBe(
      'generator lag: the latest send was 1.5 ms behind schedule, more than 1 ms',
    );
  });

  it('does not concern metrics that are no latency', () => {
    expect(generatorLag(sends(0, 200, 50), { ...RTT, unit: 'bit/s' }, 1e9)).toBeUndefined();
    expect(generatorLag(sends(0, 200, 50), { ...RTT, unit: 'ratio', form: 'ratio' }, 0.1)).toBeUndefined();
  });

  it('is not claimed where no lateness was measured', () => {
    expect(generatorLag({ is: 'missing', why: 'no schedule' }, RTT, 10)).toBeUndefined();
    expect(generatorLag(sends(0, 0, 0), RTT, 10)).toBeUndefined();
  });
});

describe('a busy measuring thread', () => {
  const GOODPUT: Metric = { unit: 'bit/s', better: 'higher', form: 'sample', doc: '' };

  it('puts a rate in doubt from 85% on', () => {
    expect(generatorBound(0.8499, GOODPUT)).toBeUndefined();
    expect(generatorBound(0.85, GOODPUT)).toContain('generator-bound');
  });

  it('does not concern latencies, nor cells where it was not watched', () => {
    expect(generatorBound(1, RTT)).toBeUndefined();
    expect(generatorBound(null, GOODPUT)).toBeUndefined();
  });
});
