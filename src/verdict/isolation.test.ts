import { describe, expect, it } from 'vitest';
import {
  asked,
  completed,
  FAILURES,
  FINE,
  GOODPUT,
  hitSeries,
  inTurn,
  RTT,
  spread,
  UNREACHABLE,
} from '../../test/support/judged.ts';
import type { Verdict } from '../contract/figures.ts';
import { type Finding, find, type JudgedCell, judge } from './judge.ts';

const GOOD = completed(spread([1000, 10]));
const BAD = completed(spread([900, 10], [100, 30]));
const FEW = completed(spread([20, 10]));

function findingOf(result: JudgedCell, to = 'fra'): Finding {
  return find({ ...asked('rtt_ms p99 <= 20', RTT, [result]), to });
}

/** The verdict on a candidate, with what its controls saw. */
function verdict(candidate: JudgedCell, ...controls: JudgedCell[]): Verdict {
  const beside = controls.map((control, i) => findingOf(control, `anchor${i + 1}`));
  return judge([{ ...findingOf(candidate), controls: beside }])[0] as Verdict;
}

describe('whose fault a breach is', () => {
  it('is not known without a control', () => {
    expect(verdict(BAD)).toMatchObject({
      result: 'fail',
      origin: null,
      why: expect.stringContaining('fault not isolated'),
    });
    expect(verdict(UNREACHABLE)).toMatchObject({ result: 'fail', why: expect.stringContaining('fault not isolated') });
  });

  it('is not the vantage’s when a control does not share it', () => {
    const shown = { result: 'fail', origin: null, why: expect.stringContaining('not shared by control anchor1') };
    expect(verdict(BAD, GOOD)).toMatchObject(shown);
    expect(verdict(BAD, GOOD, BAD)).toMatchObject(shown);
    expect(verdict(UNREACHABLE, GOOD)).toMatchObject(shown);
    // Too few to prove anything, but no breach either.
    expect(verdict(BAD, FEW)).toMatchObject(shown);
  });

  it('may be the vantage’s when all controls share it', () => {
    const open = {
      result: 'inconclusive',
      origin: 'vantage',
      why: expect.stringContaining('shared by control anchor1'),
    };
    expect(verdict(BAD, BAD)).toMatchObject(open);
    expect(verdict(BAD, UNREACHABLE)).toMatchObject(open);
    expect(verdict(UNREACHABLE, BAD, UNREACHABLE)).toMatchObject(open);
  });

  it('does not matter to a PASS', () => {
    expect(verdict(GOOD, BAD)).toMatchObject({ result: 'pass', origin: null });
  });

  it('is not told by a control that was not measured', () => {
    const skipped: JudgedCell = { ...GOOD, status: 'skipped' };
    expect(verdict(BAD, skipped).why).toContain('fault not isolated');
  });

  it('may be this side’s when several sites stopped at one rate', () => {
    const finding = find(asked('goodput_rev_bps p50 >= 5000', GOODPUT, [completed(spread([100, 1000]))]));
    expect(judge([finding])[0]).toMatchObject({ result: 'fail' });
    const said = judge([{ ...finding, bottleneck: 'local_bottleneck: three' }])[0];
    expect(said).toMatchObject({
      result: 'inconclusive',
      origin: 'vantage',
      why: expect.stringContaining('local_bottleneck'),
    });
  });
});

describe('what the measured side withholds', () => {
  const busy: JudgedCell = {
    ...completed({ is: 'missing', why: 'nothing was sent' }),
    status: 'failed',
    error: { code: 'NETPROBE_AGENT_BUSY', origin: 'agent', message: 'no' },
  };
  const rounds = (results: JudgedCell[], maxWithheld = 0.05) =>
    judge([find(asked('rtt_ms p99 <= 20', RTT, results, { maxWithheld }))])[0];

  it('fails when it is more than the requirement allows', () => {
    expect(rounds([busy])).toMatchObject({ result: 'fail', why: expect.stringContaining('withheld') });
    expect(rounds([GOOD, GOOD, busy])).toMatchObject({ result: 'fail' });
    expect(rounds([GOOD, GOOD, busy], 0.34)).toMatchObject({
      result: 'inconclusive',
      why: expect.stringContaining('r3: withheld: NETPROBE_AGENT_BUSY'),
    });
    expect(rounds([busy])?.why.match(/withheld/g)).toHaveLength(1);
  });

  it('is not what this side caused', () => {
    const denied: JudgedCell = { ...busy, error: { code: 'NETPROBE_AGENT_DENIED', origin: 'config', message: 'no' } };
    expect(rounds([denied])).toMatchObject({ result: 'inconclusive' });
    const limit: JudgedCell = { ...busy, error: { code: 'NETPROBE_LIMIT_EXCEEDED', origin: 'config', message: 'no' } };
    expect(rounds([limit])).toMatchObject({ result: 'inconclusive' });
  });
});

describe('an invalid instrument', () => {
  const starved = (result: JudgedCell, side: 'near' | 'far' = 'near', farIsOurs = false): JudgedCell => ({
    ...result,
    instrument: { state: 'invalid', reasons: [{ side, code: 'starved', why: 'no core was free' }], farIsOurs },
  });
  const on = (text: string, metric: typeof RTT, result: JudgedCell) => judge([find(asked(text, metric, [result]))])[0];

  it('proves nothing of delays and losses, either way', () => {
    const open = { result: 'inconclusive', origin: 'instrument', why: expect.stringContaining('no core was free') };
    expect(on('rtt_ms p99 <= 20', RTT, starved(GOOD))).toMatchObject(open);
    expect(on('rtt_ms p99 <= 20', RTT, starved(BAD))).toMatchObject(open);
    const losses = completed(hitSeries(inTurn([1000, 0])));
    expect(on('loss_ratio <= 0.01', FAILURES, starved(losses))).toMatchObject(open);
  });

  it('still reached a rate that it reached', () => {
    const fast = completed(spread([100, 9e9]));
    expect(on('goodput_rev_bps p5 >= 5000000000', GOODPUT, starved(fast))).toMatchObject({ result: 'pass' });
  });

  it('of the judged side excuses nothing', () => {
    expect(on('rtt_ms p99 <= 20', RTT, starved(BAD, 'far'))).toMatchObject({ result: 'fail' });
    expect(on('rtt_ms p99 <= 20', RTT, starved(BAD, 'far', true))).toMatchObject({ result: 'inconclusive' });
  });

  it('is none when it was only suspect', () => {
    const late = {
      ...GOOD,
      instrument: { ...FINE, state: 'suspect' as const, reasons: starved(GOOD).instrument.reasons },
    };
    expect(on('rtt_ms p99 <= 20', RTT, late)).toMatchObject({ result: 'pass' });
  });
});
