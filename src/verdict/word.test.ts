import { describe, expect, it } from 'vitest';
import { asked, completed, FAILURES, hitSeries, RTT, spread } from '../../test/support/judged.ts';
import type { Estimate } from '../contract/estimate.ts';
import type { Metric } from '../contract/kind.ts';
import { type Asked, type Finding, find, type JudgedCell, judge, type Word } from './judge.ts';

const WHOSE = 'beta’s own record';
const WORD: Word = { whose: WHOSE, bound: { words: 'requests without a reply', seen: 'round-trip loss' } };
const RESTS = 'loss_fwd_ratio rests on beta’s own record';
const said = (why: string) => expect.stringContaining(why) as string;

function lost(count: number, n = 1000): Estimate {
  return hitSeries(spread([n - count, 0], [count, 1]));
}

function round(estimate: Estimate, bound: Estimate | null): JudgedCell {
  return { ...completed(estimate), bound };
}

function findingOn(rounds: JudgedCell[], more: Partial<Asked> = {}, text = 'loss_fwd_ratio <= 0.01'): Finding {
  return find({ ...asked(text, FAILURES, rounds), word: WORD, ...more });
}

function verdict(estimate: Estimate, bound: Estimate | null, more: Partial<Asked> = {}) {
  return judge([findingOn([round(estimate, bound)], more)])[0];
}

describe('a figure that is the judged side’s own word', () => {
  it('passes by what was seen from here', () => {
    expect(verdict(lost(0), lost(0))).toMatchObject({
      result: 'pass',
      exceeding: 0,
      n: 1000,
      why:
        'loss_fwd_ratio counts 0 of 1000 samples, judged on requests without a reply; at most 1% may ' +
        `(binomial, samples taken as independent, alpha 0.05, family of 1); ${RESTS}`,
    });
  });

  it('does not pass by itself: what is seen from here is more than may be', () => {
    const shown = verdict(lost(0), lost(30));
    expect(shown).toMatchObject({ result: 'inconclusive', origin: null, exceeding: 30, observed: 0.03, nNeeded: null });
    expect(shown?.why).toContain('loss_fwd_ratio counts 30 of 1000 samples, judged on requests without a reply');
    expect(shown?.why).toContain('by beta’s own record it would pass; from here only round-trip loss is seen');
  });

  it('fails by itself: it speaks against itself', () => {
    const shown = verdict(lost(30), lost(35));
    expect(shown).toMatchObject({ result: 'fail', exceeding: 30, observed: 0.03 });
    expect(shown?.why).toMatch(
      /^loss_fwd_ratio counts 30 of 1000 samples; .*; loss_fwd_ratio rests on beta’s own record/,
    );
  });

  it('fails by itself also where nothing of it was seen from here', () => {
    expect(verdict(lost(30), lost(0))).toMatchObject({ result: 'fail', exceeding: 30 });
    // Not among five tests of a family, but it is admitted all the same.
    const doubtful = findingOn([round(lost(17), lost(0))]);
    const family = judge([doubtful, ...Array.from({ length: 4 }, () => findingOn([round(lost(0), lost(0))]))]);
    expect(family.map(({ result }) => result)).toEqual(['inconclusive', 'pass', 'pass', 'pass', 'pass']);
  });

  it('passes where only this side can tell', () => {
    const untold: Estimate = { is: 'missing', why: 'the reflector copies numbers' };
    expect(verdict(untold, lost(0))).toMatchObject({ result: 'pass', n: 1000 });
    const open = verdict(untold, lost(30));
    expect(open).toMatchObject({ result: 'inconclusive', exceeding: 30 });
    expect(open?.why).toContain('the reflector copies numbers');
    expect(open?.why).not.toContain('would pass');
  });

  it('is withheld where it contradicts what is known, whatever was seen from here', () => {
    expect(verdict({ is: 'missing', why: 'it cannot be', withheld: true }, lost(0))).toMatchObject({
      result: 'fail',
      why: said('withheld: it cannot be'),
    });
  });

  it('is open by what was seen from here when that is too little', () => {
    expect(verdict(lost(0, 100), lost(0, 100))).toMatchObject({ result: 'inconclusive', n: 100, nNeeded: 299 });
  });
});

describe('a word that nothing bounds', () => {
  const unbounded: Partial<Asked> = { word: { whose: WHOSE, bound: null } };

  it('never passes', () => {
    expect(verdict(lost(0), null, unbounded)).toMatchObject({
      result: 'inconclusive',
      nNeeded: null,
      exceeding: 0,
      why: said(`by beta’s own record it would pass, and nothing that is seen from here bounds it: no PASS; ${RESTS}`),
    });
    const few = verdict(lost(0, 100), null, unbounded);
    expect(few).toMatchObject({ result: 'inconclusive', why: said(RESTS) });
    expect(few?.why).not.toContain('a PASS needs');
  });

  it('fails', () => {
    expect(verdict(lost(30), null, unbounded)).toMatchObject({ result: 'fail', why: said(RESTS) });
  });

  it('is one that is bounded on its good side only', () => {
    const better: Metric = { ...FAILURES, better: 'higher' };
    const answers = findingOn([round(lost(1000), lost(1000))], { metric: better }, 'x_ratio >= 0.9');
    expect(judge([answers])[0]?.result).toBe('pass');
    // A delay of the round trip is no less than that of one way: no proof that the latter is as long.
    const about = asked('owd_fwd_ms p50 >= 5', RTT, [round(spread([1000, 9]), spread([1000, 20]))]);
    expect(judge([find({ ...about, word: WORD })])[0]?.result).toBe('inconclusive');
  });
});

describe('one-way delays', () => {
  const on = (stated: number, roundTrip: number) =>
    judge([
      find({
        ...asked('owd_fwd_ms p99 <= 20', RTT, [round(spread([1000, stated]), spread([1000, roundTrip]))]),
        word: { whose: WHOSE, bound: { words: 'round trips', seen: 'the round trip' } },
      }),
    ])[0];

  it('pass when the round trip is within the threshold, fail by the stamps, and are open between', () => {
    expect(on(9, 18)).toMatchObject({ result: 'pass', observed: 18 });
    expect(on(9, 35)).toMatchObject({ result: 'inconclusive', observed: 35, why: said('only the round trip is seen') });
    expect(on(25, 35)).toMatchObject({ result: 'fail', observed: 25 });
  });
});

describe('several rounds of a word', () => {
  it('pass together, by what was seen of all of them', () => {
    const half = round(lost(0, 200), lost(0, 200));
    expect(judge([findingOn([half])])[0]?.result).toBe('inconclusive');
    expect(judge([findingOn([half, half])])[0]).toMatchObject({ result: 'pass', n: 400 });
    expect(judge([findingOn([half, half, round(lost(0, 200), null)])])[0]).toMatchObject({
      result: 'inconclusive',
      why: said('nothing that is seen from here bounds it'),
    });
  });

  it('fail by all that it says, and not with one that was cut', () => {
    const cut: JudgedCell = {
      ...round(lost(0), lost(0)),
      status: 'partial',
      error: { code: 'NETPROBE_UNREACHABLE', origin: 'network', message: 'as it was' },
    };
    expect(judge([findingOn([round(lost(0), lost(0)), cut])])[0]).toMatchObject({
      result: 'inconclusive',
      why: said('no PASS, since not every round is whole'),
    });
    expect(judge([findingOn([round(lost(30), lost(30)), cut])])[0]?.result).toBe('fail');
  });
});
