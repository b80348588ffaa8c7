import { describe, expect, it } from 'vitest';
import { planRequirement } from '../../test/support/fake-plan.ts';
import { inTurn, RTT, spread } from '../../test/support/judged.ts';
import type { Estimate } from '../contract/estimate.ts';
import { passNeeds, tests } from './decide.ts';
import { countExceeding } from './exceedance.ts';

type Sample = Extract<Estimate, { is: 'sample' }>;

function testsOf(estimate: Sample, text = 'rtt_ms p99 <= 20') {
  return tests(countExceeding(planRequirement('R1', text, []), estimate, RTT));
}

/** So many over, spread evenly. */
const over = (exceeding: number, n: number) => testsOf(spread([n - exceeding, 7], [exceeding, 30]));

describe('the tests of a count', () => {
  it.each([
    // Exact fractions: P(B<=t; n, 1%) and P(B>=t; n, 1%).
    [4, 1000, 0.0286, 0.99],
    [5, 1000, 0.0661, 0.9713],
    [15, 1000, 0.952, 0.0824],
    [16, 1000, 0.9736, 0.0479],
    [17, 1000, 0.9862, 0.0264],
    [0, 299, 0.0495, 1],
    [1, 473, 0.0498, 0.9914],
  ])('of independent samples are binomial: %d of %d', (exceeding, n, pass, fail) => {
    const found = over(exceeding, n);
    expect(found.pass).toMatchObject({ nEffective: n, tooFew: false, p: expect.closeTo(pass, 3) as number });
    expect(found.fail).toMatchObject({ nEffective: n, tooFew: false, p: expect.closeTo(fail, 3) as number });
  });

  it('rest a PASS on the worst tenth, too, and a FAIL on the exceedances alone', () => {
    // Ten of 1000 exceed, evenly; another ninety just below are one swing.
    const values = spread([990, 7], [10, 30]).values.map((value, i) =>
      value === 7 && i >= 400 && i < 490 ? 19 : value,
    );
    const { pass, fail } = testsOf({ is: 'sample', values, at: values });
    expect(fail.nEffective).toBe(1000);
    expect(pass.nEffective).toBeLessThan(30);
    expect(pass.tooFew).toBe(true);
  });

  it('rest a FAIL on the best tenth as well when nearly all exceed', () => {
    const values = Float64Array.from({ length: 300 }, (_, i) => 30 + Math.sin(i / 40));
    const { fail } = testsOf({ is: 'sample', values, at: values }, 'rtt_ms p50 <= 29.05');
    expect(fail.nEffective).toBeLessThan(30);
    expect(fail.tooFew).toBe(true);
  });

  it('let a long swing fail where exceedances should be rare', () => {
    // An outage of a third of the time, of 1% allowed.
    const { fail } = testsOf(inTurn([350, 7], [300, Infinity], [350, 7]));
    expect(fail.nEffective).toBeLessThan(10);
    expect(fail.tooFew).toBe(false);
    expect(fail.p).toBeLessThan(0.05);
  });

  it('need no sample size to fail what nothing may exceed, and none is enough to pass it', () => {
    const ratio = (hits: number) =>
      tests(
        countExceeding(planRequirement('R1', 'x <= 0', []), { is: 'ratio', hits, of: 1000 }, { ...RTT, unit: 'ratio' }),
      );
    expect(ratio(1)).toMatchObject({ pass: { p: 1 }, fail: { p: 0 } });
    expect(ratio(0)).toMatchObject({ pass: { p: 1 }, fail: { p: 1 } });
  });

  it('take all lost for what it is', () => {
    expect(testsOf(spread([50, Infinity])).fail.p).toBeLessThan(1e-90);
  });
});

describe('a pass', () => {
  it('needs so many samples when so many exceed', () => {
    expect(passNeeds(0, 10, 0.01)).toBe(299);
    expect(passNeeds(1, 200, 0.01)).toBe(473);
    expect(passNeeds(0, 0, 0.05)).toBe(59);
  });

  it('needs more in the proportion in which they are worth less, and 30 effective ones', () => {
    expect(passNeeds(0, 1000, 0.01, 100)).toBe(2981);
    expect(passNeeds(0, 1000, 0.5, 100)).toBe(300);
    expect(passNeeds(0, 1000, 0.5, 1000)).toBe(5);
  });

  it('is not to be had by numbers when the share is not below the allowance', () => {
    expect(passNeeds(10, 1000, 0.01)).toBeNull();
    expect(passNeeds(0, 1000, 0)).toBeNull();
  });
});
