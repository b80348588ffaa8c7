import { describe, expect, it } from 'vitest';
import { planRequirement } from '../../test/support/fake-plan.ts';
import { FAILURES, GOODPUT, hitSeries, RTT, series, spread } from '../../test/support/judged.ts';
import type { Estimate } from '../contract/estimate.ts';
import { worstWindow } from './windows.ts';

type Sample = Extract<Estimate, { is: 'sample' }>;

const P99 = planRequirement('R1', 'rtt_ms p99 <= 20', []);
const P50 = planRequirement('R1', 'rtt_ms p50 <= 20', []);

/** Of so many seconds, 100 samples each, all of which take 7 ms but for those of some seconds. */
function seconds(length: number, late: Record<number, number>): Sample {
  return series(Array.from({ length: length * 100 }, (_, i) => late[Math.floor(i / 100)] ?? 7));
}

const worstOf = (estimate: Exclude<Estimate, { is: 'missing' }>, requirement = P50) =>
  worstWindow([{ cell: 'c', estimate }], requirement, RTT);

describe('the worst window', () => {
  it('is that of 10 s in which the largest share exceeds', () => {
    expect(worstOf(seconds(40, { 12: 30, 25: 30, 26: 31 }))).toEqual({
      cell: 'c',
      fromSec: 20,
      toSec: 30,
      observed: 7,
      n: 1000,
      exceeding: 200,
    });
  });

  it('has the figure of what was received in it, if that is enough', () => {
    const few = { ...seconds(40, { 25: Infinity }), is: 'sample' } as const;
    expect(worstOf(few, P99)).toMatchObject({ fromSec: 20, observed: 7, n: 1000, exceeding: 100 });
    const sparse = {
      is: 'sample',
      values: few.values.filter((_, i) => i % 50 === 0),
      at: few.at.filter((_, i) => i % 50 === 0),
    } as const;
    expect(worstOf(sparse, P99)).toMatchObject({ fromSec: 20, observed: null, n: 20, exceeding: 2 });
  });

  it('is the one with the worst figure when none exceeds, and the first of equals', () => {
    const slower = Object.fromEntries([20, 21, 22, 23, 24, 25, 26].map((second) => [second, 9]));
    expect(worstOf(seconds(40, slower))).toMatchObject({ fromSec: 20, observed: 9, exceeding: 0 });
    expect(worstOf(seconds(40, {}))).toMatchObject({ fromSec: 0, toSec: 10 });
  });

  it('of a lower bound is the one with the lowest figure', () => {
    const rates = spread([3000, 9]);
    rates.values.fill(8, 1500, 2500);
    const low = planRequirement('R1', 'goodput p5 >= 5', []);
    expect(worstWindow([{ cell: 'c', estimate: rates }], low, GOODPUT)).toMatchObject({ fromSec: 10, observed: 8 });
  });

  it('takes a rest of less than half a window in with the last one', () => {
    expect(worstOf(seconds(14, { 13: 30 }))).toEqual({
      cell: 'c',
      fromSec: 0,
      toSec: 13.99,
      observed: 7,
      n: 1400,
      exceeding: 100,
    });
    expect(worstOf(seconds(16, { 15: 30 }))).toMatchObject({ fromSec: 10, toSec: 15.99, n: 600, exceeding: 100 });
  });

  it('is of 5 min in cells of 10 min and more', () => {
    const values = new Float64Array(1500).fill(7).fill(30, 700, 750);
    const estimate = { is: 'sample', values, at: values.map((_, i) => i * 1e9) } as const;
    expect(worstOf(estimate)).toMatchObject({ fromSec: 600, toSec: 900, n: 300, exceeding: 50 });
  });

  it('is found among the windows of every cell', () => {
    const cells = [
      { cell: 'r1', estimate: seconds(20, { 3: 30 }) },
      { cell: 'r2', estimate: seconds(20, { 13: 30, 14: 30 }) },
    ];
    expect(worstWindow(cells, P50, RTT)).toMatchObject({ cell: 'r2', fromSec: 10, exceeding: 200 });
  });

  it('does not mind samples that are not in the order of time', () => {
    const { values, at } = seconds(40, { 25: 30 });
    const turned = { is: 'sample', values: values.toReversed(), at: at.toReversed() } as const;
    expect(worstOf(turned)).toMatchObject({ fromSec: 20, exceeding: 100 });
  });

  it('of a ratio is known when it tells its samples', () => {
    const requirement = planRequirement('R1', 'failure_ratio <= 0.01', []);
    const hits = hitSeries(series(Array.from({ length: 3000 }, (_, i) => (i >= 1200 && i < 1230 ? 1 : 0))));
    const worst = (of: Estimate) =>
      of.is === 'missing' ? null : worstWindow([{ cell: 'c', estimate: of }], requirement, FAILURES);
    expect(worst(hits)).toMatchObject({ fromSec: 10, toSec: 20, observed: 0.03, n: 1000, exceeding: 30 });
    expect(worst({ is: 'ratio', hits: 1, of: 10 })).toBeNull();
  });
});
