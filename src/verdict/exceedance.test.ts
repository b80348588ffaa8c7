import { describe, expect, it } from 'vitest';
import type { Metric } from '../contract/kind.ts';
import type { Comparison, PlanRequirement, Statistic } from '../contract/plan.ts';
import { countExceeding, type Present } from './exceedance.ts';

const RTT: Metric = { unit: 'ms', better: 'lower', form: 'sample', doc: '' };
const FAILURES: Metric = { unit: 'ratio', better: 'lower', form: 'ratio', doc: '' };

function requirement(statistic: Statistic, comparison: Comparison, threshold: number): PlanRequirement {
  return {
    id: 'R1',
    clause: null,
    level: 'must',
    probe: 'tcp-echo',
    metric: 'm',
    statistic,
    comparison,
    threshold,
    text: 'as written',
    onUnreachable: 'fail',
    cells: [],
  };
}

function quantile(p: number, comparison: Comparison, threshold: number): PlanRequirement {
  return requirement({ is: 'quantile', p, name: `p${p * 100}` }, comparison, threshold);
}

function sample(...values: number[]): Present {
  return { is: 'sample', values: Float64Array.from(values), at: new Float64Array(values.length) };
}

describe('samples that exceed', () => {
  const values = sample(19, 20, 20, 21, Infinity);

  it.each([
    ['<=', 2, 0.01],
    ['<', 4, 0.01],
    ['>=', 2, 0.99],
    ['>', 4, 0.99],
  ] as const)('%s 20 at p99: %d, of an allowance of %d', (comparison, exceeding, allowed) => {
    expect(countExceeding(quantile(0.99, comparison, 20), values, RTT)).toMatchObject({ n: 5, exceeding, allowed });
  });

  it('count those lost or failed apart', () => {
    expect(countExceeding(quantile(0.5, '<=', 20), values, RTT)).toMatchObject({ absent: 1 });
  });

  it('leave the observed figure to what was received, rounded', () => {
    expect(countExceeding(quantile(0.5, '<=', 20), sample(1, 2.00000049, Infinity), RTT).observed).toBe(1.5);
    expect(countExceeding(quantile(0.5, '<=', 20), sample(Infinity, Infinity), RTT).observed).toBeNull();
    expect(countExceeding(quantile(0.99, '<=', 20), values, RTT).observed).toBeNull();
  });
});

describe('a ratio that exceeds', () => {
  const ratio: Present = { is: 'ratio', hits: 3, of: 1000 };

  it('counts hits against an upper bound', () => {
    expect(countExceeding(requirement({ is: 'ratio' }, '<=', 0.001), ratio, FAILURES)).toEqual({
      n: 1000,
      exceeding: 3,
      absent: null,
      allowed: 0.001,
      observed: 0.003,
    });
  });

  it('counts what is no hit against a lower bound', () => {
    expect(countExceeding(requirement({ is: 'ratio' }, '>=', 0.999), ratio, FAILURES)).toMatchObject({
      exceeding: 997,
      allowed: 0.001,
    });
  });
});

describe('a requirement on another form of metric', () => {
  it('is a bug, and never judged', () => {
    expect(() => countExceeding(requirement({ is: 'ratio' }, '<=', 1), sample(1), RTT)).toThrow(
      expect.objectContaining({ code: 'NETPROBE_INTERNAL' }),
    );
    expect(() => countExceeding(quantile(0.5, '<=', 1), { is: 'scalar', value: 1 }, RTT)).toThrow(
      expect.objectContaining({ code: 'NETPROBE_INTERNAL' }),
    );
  });
});
