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
} from '../../test/support/judged.ts';
import { find, type JudgedCell, judge } from './judge.ts';

const GOOD = completed(spread([1000, 10]));
const BAD = completed(spread([900, 10], [100, 30]));

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
