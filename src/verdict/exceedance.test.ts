import { describe, expect, it } from 'vitest';
import type { Metric } from '../contract/kind.ts';
import type { Comparison, PlanRequirement, Statistic } from '../contract/plan.ts';
import { bitAt } from '../stats/bits.ts';
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
    maxWithheld: 0.05,
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

describe('the worst of all samples', () => {
  const values = [5, Infinity, 1, 9, 3, 7, 2, 8, 4, 6];
  const of = (comparison: Comparison, list: number[], share: number) => {
    const bits = countExceeding(quantile(0.5, comparison, 5), sample(...list), RTT).worst?.(share);
    return list.filter((_, i) => bits !== undefined && bitAt(bits, i) === 1);
  };

  it('are the lost ones, then the highest of an upper bound, the lowest of a lower one', () => {
    expect(of('<=', values, 0.1)).toEqual([Infinity]);
    expect(of('<=', values, 0.3)).toEqual([Infinity, 9, 8]);
    expect(of('>=', values, 0.3)).toEqual([Infinity, 1, 2]);
    expect(of('<=', values, 0.9)).toEqual([5, Infinity, 9, 3, 7, 2, 8, 4, 6]);
  });

  it('are all that tie when none is beyond them', () => {
    expect(of('<=', [1, 2, 2, 2, 1], 0.2)).toEqual([2, 2, 2]);
    expect(of('<=', [Infinity, Infinity], 0.5)).toEqual([Infinity, Infinity]);
  });
});

describe('samples far from the threshold', () => {
  it.each([
    [[1, 2, 4], '<=', 14, true],
    [[1, 2, 4], '<=', 13, false],
    [[12, 13], '<=', 8, true],
    [[11, 12], '<=', 8, false],
    [[12, 13, Infinity], '<=', 8, true],
    [[1, 2, Infinity], '<=', 8, false],
    [[Infinity], '<=', 8, false],
    // 16/2 is 8, 17/16 cubed is 1.2; 20/16 cubed is 1.95.
    [[16, 17], '>=', 2, true],
    [[16, 20], '>=', 8.3, false],
    [[16, 20], '>=', 8.1, true],
    [[0, 1], '>=', 0.5, false],
  ] as const)(
    'are on one side of it, more than three times as far as from each other: %j %s %d',
    (values, comparison, threshold, far) => {
      expect(countExceeding(quantile(0.5, comparison, threshold), sample(...values), RTT).far).toBe(far);
    },
  );
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
      // scipy.stats.beta.ppf(0.025, 3, 998) and ppf(0.975, 4, 997)
      ci95: [0.000619099932, 0.00874202324],
      beyond: null,
      worst: null,
      sorted: null,
      far: false,
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
