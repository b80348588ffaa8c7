import { describe, expect, it } from 'vitest';
import { asked, completed, RTT, spread, UNREACHABLE } from '../../test/support/judged.ts';
import { find, judge } from './judge.ts';

/** 17 of 1000 exceed 1%: p 0.026 alone. */
const DOUBTFUL = completed(spread([983, 7], [17, 30]));
const GOOD = completed(spread([1000, 7]));

const on = (site: string, result = GOOD) => find({ ...asked('rtt_ms p99 <= 20', RTT, [result]), family: site });

describe('the tests of one candidate', () => {
  it('share the alpha of a FAIL', () => {
    expect(judge([on('fra', DOUBTFUL)])).toMatchObject([{ result: 'fail', family: 1 }]);
    const [verdict] = judge([on('fra', DOUBTFUL), on('fra'), on('fra')]);
    expect(verdict).toMatchObject({ result: 'inconclusive', family: 3, alpha: 0.05 });
    expect(verdict?.why).toMatch(/alpha 0.05, family of 3\); p 0.026 alone, but 0.079 by Holm among 3 tests of fra$/);
  });

  it('do not share it with another candidate’s', () => {
    const alone = judge([on('fra', DOUBTFUL)])[0];
    expect(judge([on('ams'), on('fra', DOUBTFUL), on('ams')])[1]).toEqual(alone);
  });

  it('pass each at alpha, however many there are', () => {
    const verdicts = judge(Array.from({ length: 40 }, () => on('fra')));
    expect(verdicts.every(({ result, family }) => result === 'pass' && family === 40)).toBe(true);
  });

  it('fail one after the other, the clearest first', () => {
    const clear = completed(spread([900, 7], [100, 30]));
    expect(judge([on('fra', DOUBTFUL), on('fra', clear)]).map(({ result }) => result)).toEqual(['fail', 'fail']);
    expect(judge([on('fra', DOUBTFUL), on('fra', clear), on('fra')]).map(({ result }) => result)).toEqual([
      'inconclusive',
      'fail',
      'pass',
    ]);
  });

  it('count one that could not be made, and one that failed without a test', () => {
    const unreachable = on('fra', UNREACHABLE);
    expect(judge([on('fra', DOUBTFUL), unreachable])).toMatchObject([
      { result: 'inconclusive', family: 2 },
      { result: 'fail', family: 2, nEffective: null },
    ]);
  });

  it('come out in the order in which they went in', () => {
    const verdicts = judge([on('b', DOUBTFUL), on('a'), on('b')]);
    expect(verdicts.map(({ result }) => result)).toEqual(['inconclusive', 'pass', 'pass']);
  });
});
