import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  asked,
  completed,
  FAILURES,
  GOODPUT,
  hitSeries,
  inTurn,
  RTT,
  spread as sample,
  series,
  verdictOn,
} from '../../test/support/judged.ts';
import { CODES, type ErrorCode, type ErrorJson } from '../contract/error.ts';
import type { Estimate } from '../contract/estimate.ts';
import type { Metric } from '../contract/kind.ts';
import type { PlanRequirement } from '../contract/plan.ts';
import type { JudgedCell } from './judge.ts';

const SUCCESSES: Metric = { ...FAILURES, better: 'higher' };

type Changes = Partial<PlanRequirement>;
const P99: Changes = { clause: 'RFP 4.2.1' };
const P5: Changes = { threshold: 5e9 };

function judged(text: string, result: JudgedCell, metric: Metric, changes: Changes = {}) {
  return verdictOn(asked(text, metric, [result], changes));
}

function rtt(result: JudgedCell, changes: Changes = P99) {
  return judged('rtt_ms p99 <= 20', result, RTT, changes);
}

function ended(status: JudgedCell['status'], code: ErrorCode, estimate: Estimate): JudgedCell {
  const error: ErrorJson = { code, origin: CODES[code], message: 'as it was' };
  return { ...completed(estimate), status, error };
}

const NOTHING: Estimate = { is: 'missing', why: 'nothing was sent' };

describe('a verdict', () => {
  it('says what was judged, where, and how sure', () => {
    expect(rtt(completed(sample([1000, 7])))).toStrictEqual({
      id: 'R1',
      clause: 'RFP 4.2.1',
      level: 'must',
      requirement: 'rtt_ms p99 <= 20',
      probe: 'tcp-echo',
      from: 'here',
      to: 'fra',
      cells: ['here.fra.tcp-echo.r1'],
      result: 'pass',
      origin: null,
      observed: 7,
      ci95: [7, 7],
      n: 1000,
      nEffective: 1000,
      rho1: null,
      exceeding: 0,
      nNeeded: 299,
      worst: { cell: 'here.fra.tcp-echo.r1', fromSec: 0, toSec: 9.99, observed: 7, n: 1000, exceeding: 0 },
      alpha: 0.05,
      family: 1,
      why: '0 of 1000 samples exceeded 20 ms; at most 1% may (binomial on 1000 effective samples, alpha 0.05, family of 1)',
    });
  });
});

describe('a quantile', () => {
  it('passes at the smallest number that proves it, and not one before', () => {
    expect(rtt(completed(sample([299, 7]))).result).toBe('pass');
    expect(rtt(completed(sample([298, 7])))).toMatchObject({
      result: 'inconclusive',
      nNeeded: 299,
      why:
        '0 of 298 samples exceeded 20 ms; at most 1% may (binomial on 298 effective samples, alpha 0.05, ' +
        'family of 1); a PASS needs at least 299 samples if none of them do',
    });
  });

  it('fails when too many exceed', () => {
    expect(rtt(completed(sample([984, 7], [16, 21])))).toMatchObject({
      result: 'fail',
      exceeding: 16,
      nNeeded: null,
      why:
        '16 of 1000 samples exceeded 20 ms; at most 1% may (binomial on 1000 effective samples, alpha 0.05, ' +
        'family of 1); p 0.048; fault not isolated',
    });
  });

  it('counts lost samples as late, though the observed figure leaves them out', () => {
    expect(rtt(completed(sample([984, 7], [16, Infinity])))).toMatchObject({
      result: 'fail',
      observed: 7,
      n: 1000,
      exceeding: 16,
      why: expect.stringMatching(/^16 of 1000 samples exceeded 20 ms, counting 16 lost or failed; /),
    });
  });

  it('fails when all were lost, without an observed figure', () => {
    expect(rtt(completed(sample([50, Infinity])))).toMatchObject({ result: 'fail', observed: null, exceeding: 50 });
  });

  it('is open for one good sample', () => {
    expect(rtt(completed(sample([1, 7])))).toMatchObject({ result: 'inconclusive', observed: null, nNeeded: 299 });
  });

  it('is open without a sample', () => {
    expect(rtt(completed(sample()))).toMatchObject({
      result: 'inconclusive',
      observed: null,
      n: 0,
      exceeding: null,
      why: 'there is no sample to judge',
    });
  });

  it('holds at the threshold itself for <=, and not for <', () => {
    const ties = completed(sample([1000, 20]));
    expect(rtt(ties).result).toBe('pass');
    expect(rtt(ties, { comparison: '<' })).toMatchObject({
      result: 'fail',
      observed: 20,
      why: expect.stringMatching(/^1000 of 1000 samples were not below 20 ms; /),
    });
  });

  it('is not moved by how far an outlier lies', () => {
    const far = rtt(completed(sample([999, 7], [1, 1e12])));
    expect({ ...far, observed: 0 }).toEqual({ ...rtt(completed(sample([999, 7], [1, 20.000001]))), observed: 0 });
    expect(far.result).toBe('pass');
  });

  it('says so when more samples alone would not make it pass', () => {
    expect(rtt(completed(sample([990, 7], [10, 21])))).toMatchObject({
      result: 'inconclusive',
      nNeeded: null,
      why: expect.stringMatching(
        /that share is not below the allowance, so more samples alone will not turn it to PASS$/,
      ),
    });
  });

  it('says how many samples are needed when some exceed', () => {
    expect(rtt(completed(sample([399, 7], [1, 21])))).toMatchObject({
      result: 'inconclusive',
      nNeeded: 473,
      why: expect.stringMatching(/a PASS needs at least 473 samples if no more than 1 of them do$/),
    });
  });
});

describe('a lower bound', () => {
  const goodput = (estimate: Estimate, changes = P5) =>
    judged('goodput_rev_bps p5 >= 5000000000', completed(estimate), GOODPUT, changes);

  it('passes when none is below', () => {
    expect(goodput(sample([80, 5e9]))).toMatchObject({
      result: 'pass',
      observed: 5e9,
      why:
        '0 of 80 samples were below 5 Gbit/s; at most 5% may (binomial on 80 effective samples, alpha 0.05, ' +
        'family of 1)',
    });
  });

  it('fails when too many are below, failed ones included', () => {
    expect(goodput(sample([71, 9e9], [5, 4e9], [4, Infinity]))).toMatchObject({ result: 'fail', exceeding: 9 });
  });

  it('takes the threshold itself as too little for >', () => {
    expect(goodput(sample([80, 5e9]), { ...P5, comparison: '>' })).toMatchObject({
      result: 'fail',
      why: expect.stringMatching(/^80 of 80 samples were not above 5 Gbit\/s; /),
    });
  });

  it('needs as many samples as the same share from above', () => {
    expect(goodput(sample([58, 9e9]))).toMatchObject({ result: 'inconclusive', nNeeded: 59 });
  });

  it('writes thresholds exactly', () => {
    expect(goodput(sample([80, 1]), { ...P5, threshold: 1_234_567_891 }).why).toContain('1.234567891 Gbit/s');
  });
});

describe('a ratio', () => {
  const ratio = (hits: number, of: number, changes: Changes = {}, metric = FAILURES) =>
    judged('failure_ratio <= 0.01', completed({ is: 'ratio', hits, of }), metric, changes);

  it('passes, fails or stays open by its counts', () => {
    expect(ratio(4, 1000)).toMatchObject({ result: 'pass', observed: 0.004, n: 1000, exceeding: 4 });
    expect(ratio(5, 1000)).toMatchObject({ result: 'inconclusive', nNeeded: 1049 });
    expect(ratio(16, 1000)).toMatchObject({
      result: 'fail',
      why:
        'failure_ratio counts 16 of 1000 samples; at most 1% may (binomial, samples taken as independent, alpha 0.05, ' +
        'family of 1); p 0.048; fault not isolated',
    });
  });

  it('of nothing allowed fails by one hit and is never proved', () => {
    const none = { threshold: 0 };
    expect(ratio(1, 1000, none)).toMatchObject({
      result: 'fail',
      why: 'failure_ratio counts 1 of 1000 samples; none may (alpha 0.05, family of 1); fault not isolated',
    });
    expect(ratio(0, 1000, none)).toMatchObject({
      result: 'inconclusive',
      nNeeded: null,
      why: 'failure_ratio counts 0 of 1000 samples; none may (alpha 0.05, family of 1); no number of samples proves that none would',
    });
  });

  it('with a lower bound is judged by what is no hit', () => {
    const most = { metric: 'success_ratio', comparison: '>=' as const, threshold: 0.99 };
    expect(ratio(1000, 1000, most, SUCCESSES).result).toBe('pass');
    expect(ratio(984, 1000, most, SUCCESSES)).toMatchObject({
      result: 'fail',
      exceeding: 16,
      observed: 0.984,
      why: expect.stringMatching(/^success_ratio leaves out 16 of 1000 samples; at most 1% may/),
    });
    expect(ratio(1000, 1000, { ...most, threshold: 1 }, SUCCESSES).result).toBe('inconclusive');
  });

  it('of nothing is open', () => {
    expect(ratio(0, 0)).toMatchObject({ result: 'inconclusive', observed: null, n: 0, exceeding: null });
  });

  it('is not judged against a threshold that was meant as percent', () => {
    expect(ratio(0, 1000, { threshold: 5 })).toMatchObject({
      result: 'inconclusive',
      why: 'a ratio is from 0 to 1, and cannot be judged against 5',
    });
  });
});

describe('a cell that did not complete', () => {
  const good = sample([1000, 7]);
  const bad = sample([500, 7], [500, 30]);

  it('is inconclusive when it was not run', () => {
    expect(rtt({ ...completed(NOTHING), status: 'skipped' })).toMatchObject({ result: 'inconclusive', why: 'not run' });
    expect(rtt(ended('skipped', 'NETPROBE_ABORTED', NOTHING)).why).toBe('not run: NETPROBE_ABORTED: as it was');
  });

  it('fails by its samples when it is partial', () => {
    expect(rtt(ended('partial', 'NETPROBE_UNREACHABLE', bad))).toMatchObject({
      result: 'fail',
      why: expect.stringMatching(/; fault not isolated; partial: NETPROBE_UNREACHABLE: as it was$/),
    });
  });

  it('never passes when it is partial', () => {
    expect(rtt(ended('partial', 'NETPROBE_UNREACHABLE', good))).toMatchObject({
      result: 'inconclusive',
      observed: 7,
      why: expect.stringMatching(
        /; no PASS, since the cell did not complete; partial: NETPROBE_UNREACHABLE: as it was$/,
      ),
    });
    expect(rtt({ ...completed(good), status: 'partial' }).result).toBe('inconclusive');
  });

  it('is inconclusive when this machine ran out of something, since its samples failed for that', () => {
    expect(rtt(ended('partial', 'NETPROBE_LOCAL_RESOURCES', sample([500, 7], [500, Infinity])))).toMatchObject({
      result: 'inconclusive',
      why: 'partial: NETPROBE_LOCAL_RESOURCES: as it was',
    });
  });

  it.each(['partial', 'failed'] as const)('and was aborted (%s) fails only by its samples', (status) => {
    expect(rtt(ended(status, 'NETPROBE_ABORTED', good)).result).toBe('inconclusive');
    expect(rtt(ended(status, 'NETPROBE_ABORTED', NOTHING)).result).toBe('inconclusive');
    expect(rtt(ended(status, 'NETPROBE_ABORTED', bad)).result).toBe('fail');
  });

  it.each([
    'NETPROBE_CONNECT_REFUSED',
    'NETPROBE_CONNECT_TIMEOUT',
    'NETPROBE_UNREACHABLE',
    'NETPROBE_TLS',
    'NETPROBE_AGENT_SILENT',
  ] as const)('fails as unreachable on %s', (code) => {
    expect(rtt(ended('failed', code, NOTHING))).toMatchObject({
      result: 'fail',
      observed: null,
      n: 0,
      exceeding: null,
      why: `unreachable: ${code}: as it was; fault not isolated`,
    });
  });

  it('counts the samples that went unanswered', () => {
    const verdict = rtt(ended('failed', 'NETPROBE_CONNECT_TIMEOUT', sample([3, Infinity])));
    expect(verdict).toMatchObject({ result: 'fail', n: 3, exceeding: 3, observed: null, nNeeded: null });
  });

  it('is inconclusive as unreachable when the requirement asks for that', () => {
    const lenient = { onUnreachable: 'inconclusive' as const };
    expect(rtt(ended('failed', 'NETPROBE_CONNECT_REFUSED', NOTHING), lenient)).toMatchObject({
      result: 'inconclusive',
      why: 'unreachable: NETPROBE_CONNECT_REFUSED: as it was',
    });
  });

  it('is not unreachable when something was received', () => {
    expect(rtt(ended('failed', 'NETPROBE_RESET', good))).toMatchObject({ result: 'inconclusive', n: 1000 });
    expect(rtt(ended('failed', 'NETPROBE_RESET', bad)).result).toBe('fail');
    const half: Estimate = { is: 'ratio', hits: 1, of: 2 };
    const all: Estimate = { is: 'ratio', hits: 2, of: 2 };
    const failures = (estimate: Estimate) =>
      judged('failure_ratio <= 0.5', ended('failed', 'NETPROBE_RESET', estimate), FAILURES);
    expect(failures(half)).toMatchObject({ result: 'inconclusive' });
    expect(failures(all)).toMatchObject({ result: 'fail', why: expect.stringContaining('unreachable') });
  });

  it.each([
    'NETPROBE_DNS_NOT_FOUND',
    'NETPROBE_AGENT_DENIED',
    'NETPROBE_AGENT_VERSION',
    'NETPROBE_LANE_DIED',
    'NETPROBE_INTERNAL',
  ] as const)('is inconclusive on %s', (code) => {
    expect(rtt(ended('failed', code, bad))).toMatchObject({
      result: 'inconclusive',
      exceeding: null,
      why: `failed: ${code}: as it was`,
    });
  });

  it('is inconclusive without a recorded reason', () => {
    expect(rtt({ ...completed(NOTHING), status: 'failed' }).why).toBe('failed: no reason was recorded');
  });
});

describe('a missing estimate', () => {
  it('is inconclusive, with its reason', () => {
    expect(rtt(completed({ is: 'missing', why: 'no two consecutive packets were received' }))).toMatchObject({
      result: 'inconclusive',
      observed: null,
      n: 0,
      why: 'no two consecutive packets were received',
    });
    expect(rtt(ended('partial', 'NETPROBE_UNREACHABLE', NOTHING)).why).toBe(
      'nothing was sent; partial: NETPROBE_UNREACHABLE: as it was',
    );
  });
});

describe('a generator that lags', () => {
  const lag = { sendLateness: sample([900, 0.02], [100, 3.2]) };

  it.each([
    ['pass', sample([1000, 7])],
    ['fail', sample([500, 7], [500, 30])],
  ])('takes back a %s', (_, estimate) => {
    expect(rtt({ ...completed(estimate), ...lag })).toMatchObject({
      result: 'inconclusive',
      n: 1000,
      why: 'generator lag: the p99 of sends was 3.2 ms behind schedule, more than 1 ms',
    });
  });

  it('leaves throughput alone', () => {
    expect(
      judged('goodput_rev_bps p5 >= 5000000000', { ...completed(sample([80, 9e9])), ...lag }, GOODPUT).result,
    ).toBe('pass');
  });
});

describe('a measuring thread that was busy throughout', () => {
  it('leaves a rate that fell short undecided, and a rate that was reached passed', () => {
    const busy = (estimate: Estimate) =>
      judged('goodput_rev_bps p5 >= 5000000000', { ...completed(estimate), busyRatio: 0.97 }, GOODPUT);
    expect(busy(sample([80, 1e9]))).toMatchObject({ result: 'inconclusive', exceeding: 80 });
    expect(busy(sample([80, 1e9])).why).toContain('generator-bound');
    expect(busy(sample([80, 9e9])).result).toBe('pass');
  });
});

describe('every verdict', () => {
  const ORDER = { pass: 0, inconclusive: 1, fail: 2 };

  it('never gets better when one more sample exceeds instead of holding', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3000 }), fc.double({ min: 0, max: 0.1, noNaN: true }), (n, share) => {
        const exceeding = Math.floor((n - 1) * share);
        // Of a ratio without its series: how samples hang together does not change with their number then.
        const of = (hits: number) => judged('failure_ratio <= 0.01', completed({ is: 'ratio', hits, of: n }), FAILURES);
        const fewer = of(exceeding);
        const more = of(exceeding + 1);
        expect(ORDER[more.result]).toBeGreaterThanOrEqual(ORDER[fewer.result]);
      }),
    );
  });

  it('refuses a value that is no number', () => {
    expect(() => rtt(completed(sample([1, Number.NaN])))).toThrow(
      expect.objectContaining({ code: 'NETPROBE_RECORDS_INVALID' }),
    );
  });
});

describe('samples that hang together', () => {
  const burst = (good: number, bad: number) => completed(inTurn([good, 7], [bad, 30]));

  it('count for fewer: a burst that would fail among independent ones decides nothing', () => {
    expect(rtt(completed(sample([980, 7], [20, 30]))).result).toBe('fail');
    const verdict = rtt(burst(980, 20));
    expect(verdict).toMatchObject({ result: 'inconclusive', n: 1000, exceeding: 20 });
    expect(verdict.nEffective).toBeLessThan(100);
    expect(verdict.rho1).toBeGreaterThan(0.9);
    expect(verdict.why).toMatch(
      /binomial on \d\d effective samples, alpha 0.05, family of 1\); that share is not below/,
    );
  });

  it('are not passed for want of an exceedance when the worst of them come together', () => {
    // None exceeds, but the worst tenth is one swing: so would exceedances be.
    const drift = series(Array.from({ length: 1000 }, (_, i) => 10 + 2 * Math.sin(i / 100)));
    const verdict = rtt(completed(drift));
    expect(verdict).toMatchObject({ result: 'inconclusive', exceeding: 0 });
    expect(verdict.nNeeded).toBeGreaterThan(10_000);
    expect(rtt(completed(sample([500, 10], [500, 11]))).result).toBe('pass');
  });

  it('are too few for a verdict on the median below 30 effective ones', () => {
    const half = series(Array.from({ length: 300 }, (_, i) => 10 + Math.sin(i / 40)));
    const above = judged('rtt_ms p50 <= 9.05', completed(half), RTT);
    expect(above).toMatchObject({
      result: 'inconclusive',
      why: expect.stringMatching(/they hang together too much: a verdict takes 30 effective samples$/),
    });
    // 18 and 2 ms are so far from all of them that their swing does not matter.
    expect(judged('rtt_ms p50 <= 18', completed(half), RTT)).toMatchObject({ result: 'pass', nEffective: 300 });
    expect(judged('rtt_ms p50 <= 2', completed(half), RTT)).toMatchObject({ result: 'fail', nEffective: 300 });
  });

  it('are told of a ratio that gives its samples in order', () => {
    const hits = (of: Estimate) => judged('failure_ratio <= 0.01', completed(of), FAILURES);
    expect(hits(hitSeries(sample([975, 0], [25, 1])))).toMatchObject({ result: 'fail', nEffective: 1000 });
    const verdict = hits(hitSeries(inTurn([975, 0], [25, 1])));
    expect(verdict).toMatchObject({ result: 'inconclusive', observed: 0.025 });
    expect(verdict.nEffective).toBeLessThan(100);
    expect(verdict.worst).toMatchObject({ observed: 0.025, n: 1000, exceeding: 25 });
    // Without a loss nothing is known of how losses would come together, and the verdict says so.
    expect(hits(hitSeries(sample([1000, 0])))).toMatchObject({
      result: 'pass',
      why: expect.stringContaining('samples taken as independent'),
    });
  });
});

describe('a verdict on a series that is not the metric’s own', () => {
  it('says what it was judged on', () => {
    const about = {
      ...asked('rtt_ms p99 <= 20', RTT, [completed(sample([1000, 7]))]),
      judgedOn: 'times with nothing subtracted',
    };
    expect(verdictOn(about).why).toMatch(
      /^0 of 1000 samples exceeded 20 ms, judged on times with nothing subtracted; at most/,
    );
  });
});
