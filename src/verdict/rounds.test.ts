import { describe, expect, it } from 'vitest';
import {
  asked,
  completed,
  FAILURES,
  GOODPUT,
  hitSeries,
  inTurn,
  RTT,
  spread,
  verdictOn,
} from '../../test/support/judged.ts';
import { CODES, type ErrorCode } from '../contract/error.ts';
import type { Estimate } from '../contract/estimate.ts';
import type { PlanRequirement } from '../contract/plan.ts';
import type { JudgedCell } from './judge.ts';

const GOOD = completed(spread([200, 7]));
const LATE = completed(spread([180, 7], [20, 30]));

function ended(status: JudgedCell['status'], code: ErrorCode, estimate: Estimate): JudgedCell {
  return { ...completed(estimate), status, error: { code, origin: CODES[code], message: 'as it was' } };
}

const CUT = ended('partial', 'NETPROBE_UNREACHABLE', spread([200, 7]));
const UNRUN = ended('skipped', 'NETPROBE_ABORTED', { is: 'missing', why: 'not run' });
const DEAD = ended('failed', 'NETPROBE_CONNECT_REFUSED', spread([3, Infinity]));
const LAGGING: JudgedCell = { ...LATE, sendLateness: spread([200, 5]) };

function rounds(results: JudgedCell[], changes: Partial<PlanRequirement> = {}) {
  return verdictOn(asked('rtt_ms p99 <= 20', RTT, results, changes));
}

describe('several rounds', () => {
  it('are one verdict: none alone has samples enough', () => {
    expect(rounds([GOOD]).result).toBe('inconclusive');
    expect(rounds([GOOD, GOOD])).toMatchObject({
      result: 'pass',
      cells: ['here.fra.tcp-echo.r1', 'here.fra.tcp-echo.r2'],
      n: 400,
      exceeding: 0,
      observed: 7,
    });
  });

  it('fail by all their samples, and name the worst of them', () => {
    expect(rounds([GOOD, LATE, GOOD])).toMatchObject({
      result: 'fail',
      n: 600,
      exceeding: 20,
      worst: { cell: 'here.fra.tcp-echo.r2', exceeding: 20 },
    });
  });

  it('that differ as a whole are worth little more than one sample each', () => {
    const split = [completed(inTurn([200, 7])), completed(inTurn([200, 30]))];
    const verdict = rounds(split, { statistic: { is: 'quantile', p: 0.9, name: 'p90' } });
    expect(verdict.exceeding).toBe(200);
    expect(verdict.nEffective).toBeLessThan(10);
  });

  it('of a ratio are judged in order when each tells its samples, else as independent', () => {
    const ratio = (...results: Estimate[]) =>
      verdictOn(asked('failure_ratio <= 0.05', FAILURES, results.map(completed)));
    const burst = hitSeries(inTurn([190, 0], [10, 1]));
    expect(ratio(burst, burst)).toMatchObject({ n: 400, exceeding: 20, observed: 0.05 });
    expect(ratio(burst, burst).nEffective).toBeLessThan(100);
    expect(ratio(burst, { is: 'ratio', hits: 10, of: 200 })).toMatchObject({
      nEffective: 400,
      rho1: null,
      exceeding: 20,
    });
  });

  it('of which one was cut do not pass, but fail', () => {
    const verdict = rounds([GOOD, CUT]);
    expect(verdict).toMatchObject({ result: 'inconclusive', n: 400 });
    expect(verdict.why).toMatch(
      /no PASS, since not every round is whole; r2: partial: NETPROBE_UNREACHABLE: as it was$/,
    );
    expect(rounds([LATE, CUT])).toMatchObject({
      result: 'fail',
      why: expect.stringMatching(/; r2: partial/) as string,
    });
  });

  it('of which one was not run do not pass, and the others fail', () => {
    expect(rounds([GOOD, GOOD, UNRUN])).toMatchObject({
      result: 'inconclusive',
      n: 400,
      why: expect.stringMatching(/r3: not run: NETPROBE_ABORTED: as it was$/) as string,
    });
    expect(rounds([LATE, LATE, UNRUN])).toMatchObject({ result: 'fail', n: 400, exceeding: 40 });
    expect(rounds([UNRUN, UNRUN]).why).toBe('not run: NETPROBE_ABORTED: as it was');
  });

  it('of which one was not answered fail, whatever the others are', () => {
    expect(rounds([GOOD, GOOD, DEAD])).toMatchObject({
      result: 'fail',
      n: 403,
      exceeding: 3,
      why: 'r3: unreachable: NETPROBE_CONNECT_REFUSED: as it was; fault not isolated',
    });
  });

  it('of which one was not answered are open when the requirement says so, unless the others fail', () => {
    const lenient = { onUnreachable: 'inconclusive' } as const;
    expect(rounds([GOOD, GOOD, DEAD], lenient)).toMatchObject({ result: 'inconclusive', n: 400, exceeding: 0 });
    expect(rounds([LATE, LATE, DEAD], lenient)).toMatchObject({ result: 'fail', n: 400, exceeding: 40 });
    expect(rounds([DEAD, DEAD], lenient)).toMatchObject({
      result: 'inconclusive',
      n: 6,
      exceeding: 6,
      why: 'unreachable: NETPROBE_CONNECT_REFUSED: as it was',
    });
  });

  it('leave out one whose sends lagged: it neither passes nor fails them', () => {
    expect(rounds([GOOD, GOOD, LAGGING])).toMatchObject({ result: 'inconclusive', n: 400, exceeding: 0 });
    expect(rounds([LATE, LATE, LAGGING])).toMatchObject({ result: 'fail', n: 400, exceeding: 40 });
    expect(rounds([LAGGING])).toMatchObject({ result: 'inconclusive', n: 200, exceeding: 20, nEffective: null });
  });

  it('of a rate are not failed by one that was bound by this side, and may pass with it', () => {
    const rate = (...results: JudgedCell[]) => verdictOn(asked('goodput p5 >= 5', GOODPUT, results));
    const slow = completed(spread([70, 1], [30, 9]));
    const bound = { ...slow, busyRatio: 0.97 };
    const fast = completed(spread([100, 9]));
    expect(rate(slow, slow).result).toBe('fail');
    expect(rate(bound, fast)).toMatchObject({ result: 'inconclusive', exceeding: 70 });
    expect(rate(bound, fast).why).toContain('r1: generator-bound');
    expect(rate({ ...fast, busyRatio: 0.97 }, fast).result).toBe('pass');
  });
});
