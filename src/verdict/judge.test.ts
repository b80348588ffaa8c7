import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CODES, type ErrorCode, type ErrorJson } from '../contract/error.ts';
import type { Estimate } from '../contract/estimate.ts';
import type { Metric } from '../contract/kind.ts';
import type { PlanCell, PlanRequirement } from '../contract/plan.ts';
import { type JudgedCell, judge } from './judge.ts';

const RTT: Metric = { unit: 'ms', better: 'lower', form: 'sample', doc: '' };
const GOODPUT: Metric = { unit: 'bit/s', better: 'higher', form: 'sample', doc: '' };
const FAILURES: Metric = { unit: 'ratio', better: 'lower', form: 'ratio', doc: '' };
const SUCCESSES: Metric = { ...FAILURES, better: 'higher' };

const CELL: PlanCell = {
  id: 'here.fra.tcp-echo.r1',
  from: 'here',
  to: 'fra',
  probe: 'tcp-echo',
  kind: 'tcp-echo',
  round: 1,
  seats: [],
  options: {},
  seed: 1,
  costs: [],
  lane: 'quiet',
  deadlineNs: 1e9,
};

const P99: PlanRequirement = {
  id: 'R1',
  clause: 'RFP 4.2.1',
  level: 'must',
  probe: 'tcp-echo',
  metric: 'rtt_ms',
  statistic: { is: 'quantile', p: 0.99, name: 'p99' },
  comparison: '<=',
  threshold: 20,
  text: 'rtt_ms p99 <= 20',
  onUnreachable: 'fail',
  cells: [CELL.id],
};
const P5: PlanRequirement = {
  ...P99,
  metric: 'goodput_rev_bps',
  statistic: { is: 'quantile', p: 0.05, name: 'p5' },
  comparison: '>=',
  threshold: 5e9,
  text: 'goodput_rev_bps p5 >= 5 Gbit/s',
};
const FEW_FAILURES: PlanRequirement = {
  ...P99,
  metric: 'failure_ratio',
  statistic: { is: 'ratio' },
  threshold: 0.01,
  text: 'failure_ratio <= 0.01',
};

/** So many of each value. */
function sample(...groups: [count: number, value: number][]): Estimate {
  const values = Float64Array.from(groups.flatMap(([count, value]) => new Array<number>(count).fill(value)));
  return { is: 'sample', values, at: Float64Array.from(values.keys()) };
}

function completed(estimate: Estimate): JudgedCell {
  return { status: 'completed', error: null, estimate, sendLateness: sample([200, 0.02]), busyRatio: null };
}

function ended(status: JudgedCell['status'], code: ErrorCode, estimate: Estimate): JudgedCell {
  const error: ErrorJson = { code, origin: CODES[code], message: 'as it was' };
  return { ...completed(estimate), status, error };
}

function rtt(result: JudgedCell, requirement = P99) {
  return judge(requirement, CELL, result, RTT);
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
      cell: 'here.fra.tcp-echo.r1',
      result: 'pass',
      observed: 7,
      n: 1000,
      exceeding: 0,
      nNeeded: 299,
      alpha: 0.05,
      why: '0 of 1000 samples exceeded 20 ms; at most 1% may (binomial, alpha 0.05, samples taken as independent)',
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
        '0 of 298 samples exceeded 20 ms; at most 1% may (binomial, alpha 0.05, samples taken as independent); ' +
        'a PASS needs at least 299 samples if none of them do',
    });
  });

  it('fails when too many exceed', () => {
    expect(rtt(completed(sample([984, 7], [16, 21])))).toMatchObject({
      result: 'fail',
      exceeding: 16,
      nNeeded: null,
      why:
        '16 of 1000 samples exceeded 20 ms; at most 1% may (binomial, alpha 0.05, samples taken as independent); ' +
        'fault not isolated',
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
      why: 'there is no sample to judge, a PASS needs 299',
    });
  });

  it('holds at the threshold itself for <=, and not for <', () => {
    const ties = completed(sample([1000, 20]));
    expect(rtt(ties).result).toBe('pass');
    expect(rtt(ties, { ...P99, comparison: '<' })).toMatchObject({
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
  const goodput = (estimate: Estimate, requirement = P5) => judge(requirement, CELL, completed(estimate), GOODPUT);

  it('passes when none is below', () => {
    expect(goodput(sample([80, 5e9]))).toMatchObject({
      result: 'pass',
      observed: 5e9,
      why: '0 of 80 samples were below 5 Gbit/s; at most 5% may (binomial, alpha 0.05, samples taken as independent)',
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
  const ratio = (hits: number, of: number, requirement = FEW_FAILURES, metric = FAILURES) =>
    judge(requirement, CELL, completed({ is: 'ratio', hits, of }), metric);

  it('passes, fails or stays open by its counts', () => {
    expect(ratio(4, 1000)).toMatchObject({ result: 'pass', observed: 0.004, n: 1000, exceeding: 4 });
    expect(ratio(5, 1000)).toMatchObject({ result: 'inconclusive', nNeeded: 1049 });
    expect(ratio(16, 1000)).toMatchObject({
      result: 'fail',
      why:
        'failure_ratio counts 16 of 1000 samples; at most 1% may (binomial, alpha 0.05, samples taken as ' +
        'independent); fault not isolated',
    });
  });

  it('of nothing allowed fails by one hit and is never proved', () => {
    const none = { ...FEW_FAILURES, threshold: 0 };
    expect(ratio(1, 1000, none)).toMatchObject({
      result: 'fail',
      why: 'failure_ratio counts 1 of 1000 samples; none may; fault not isolated',
    });
    expect(ratio(0, 1000, none)).toMatchObject({
      result: 'inconclusive',
      nNeeded: null,
      why: 'failure_ratio counts 0 of 1000 samples; none may; no number of samples proves that none would',
    });
  });

  it('with a lower bound is judged by what is no hit', () => {
    const most = { ...FEW_FAILURES, metric: 'success_ratio', comparison: '>=' as const, threshold: 0.99 };
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
    expect(ratio(0, 1000, { ...FEW_FAILURES, threshold: 5 })).toMatchObject({
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
    expect(rtt(ended('partial', 'NETPROBE_CLOSED', bad))).toMatchObject({
      result: 'fail',
      why: expect.stringMatching(/; fault not isolated; partial: NETPROBE_CLOSED: as it was$/),
    });
  });

  it('never passes when it is partial', () => {
    expect(rtt(ended('partial', 'NETPROBE_CLOSED', good))).toMatchObject({
      result: 'inconclusive',
      observed: 7,
      why: expect.stringMatching(/; no PASS, since the cell did not complete; partial: NETPROBE_CLOSED: as it was$/),
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
    const lenient = { ...P99, onUnreachable: 'inconclusive' as const };
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
      judge({ ...FEW_FAILURES, threshold: 0.5 }, CELL, ended('failed', 'NETPROBE_RESET', estimate), FAILURES);
    expect(failures(half)).toMatchObject({ result: 'inconclusive' });
    expect(failures(all)).toMatchObject({ result: 'fail', why: expect.stringContaining('unreachable') });
  });

  it.each([
    'NETPROBE_DNS_NOT_FOUND',
    'NETPROBE_AGENT_DENIED',
    'NETPROBE_AGENT_BUSY',
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
    expect(rtt(ended('partial', 'NETPROBE_CLOSED', NOTHING)).why).toBe(
      'nothing was sent; partial: NETPROBE_CLOSED: as it was',
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
    expect(judge(P5, CELL, { ...completed(sample([80, 9e9])), ...lag }, GOODPUT).result).toBe('pass');
  });
});

describe('a measuring thread that was busy throughout', () => {
  it('leaves a rate that fell short undecided, and a rate that was reached passed', () => {
    const busy = (estimate: Estimate) => judge(P5, CELL, { ...completed(estimate), busyRatio: 0.97 }, GOODPUT);
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
        const fewer = rtt(completed(sample([n - exceeding, 7], [exceeding, Infinity])));
        const more = rtt(completed(sample([n - exceeding - 1, 7], [exceeding + 1, Infinity])));
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
