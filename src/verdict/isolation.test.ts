import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { asked, completed, FAILURES, GOODPUT, hitSeries, RTT, spread, UNREACHABLE } from '../../test/support/judged.ts';
import type { Verdict } from '../contract/figures.ts';
import type { Metric } from '../contract/kind.ts';
import { type Finding, find, type JudgedCell, judge } from './judge.ts';

const GOOD = completed(spread([1000, 10]));
const BAD = completed(spread([900, 10], [100, 30]));
const FEW = completed(spread([20, 10]));
const FAR_AWAY = completed(spread([1000, 80]));
const SKIPPED: JudgedCell = { ...GOOD, status: 'skipped' };

type Rounds = JudgedCell | JudgedCell[];

function findingOf(results: Rounds, to = 'fra', text = 'rtt_ms p99 <= 20', metric: Metric = RTT): Finding {
  return find({ ...asked(text, metric, [results].flat()), to });
}

/** The verdict on a candidate's rounds, with what its controls saw in theirs. */
function verdict(candidate: Rounds, ...controls: Rounds[]): Verdict {
  return verdictOn('rtt_ms p99 <= 20', RTT, candidate, ...controls);
}

function verdictOn(text: string, metric: Metric, candidate: Rounds, ...controls: Rounds[]): Verdict {
  const beside = controls.map((control, i) => findingOf(control, `anchor${i + 1}`, text, metric));
  return judge([{ ...findingOf(candidate, 'fra', text, metric), controls: beside }])[0] as Verdict;
}

const said = (why: string) => expect.stringContaining(why) as string;
const FAIL = (why: string) => ({ result: 'fail', origin: null, why: said(why) });
const SHARED = { result: 'inconclusive', origin: 'vantage', why: said('shared by control anchor1') };

describe('whose fault a breach is', () => {
  it('is not known without a control', () => {
    expect(verdict(BAD)).toMatchObject(FAIL('fault not isolated'));
    expect(verdict(UNREACHABLE)).toMatchObject(FAIL('fault not isolated'));
    expect(verdict(BAD, SKIPPED)).toMatchObject(FAIL('fault not isolated'));
  });

  it('is not the vantage’s when a control does not share it: one settles it', () => {
    const shown = FAIL('not shared by control anchor1');
    expect(verdict(BAD, GOOD)).toMatchObject(shown);
    expect(verdict(BAD, GOOD, BAD)).toMatchObject(shown);
    expect(verdict(BAD, GOOD, FAR_AWAY, UNREACHABLE)).toMatchObject(shown);
    expect(verdict(UNREACHABLE, GOOD)).toMatchObject(shown);
    // Too few to prove anything, but no breach either.
    expect(verdict(BAD, FEW)).toMatchObject(shown);
  });

  it('may be the vantage’s when all controls that can tell share it', () => {
    expect(verdict(BAD, BAD)).toMatchObject(SHARED);
    expect(verdict(BAD, BAD, FAR_AWAY)).toMatchObject(SHARED);
    expect(verdict(UNREACHABLE, BAD, UNREACHABLE)).toMatchObject(SHARED);
    expect(verdict(UNREACHABLE, UNREACHABLE)).toMatchObject(SHARED);
  });

  it('does not matter to a PASS', () => {
    expect(verdict(GOOD, BAD)).toMatchObject({ result: 'pass', origin: null });
  });

  it('may be this side’s when several sites stopped at one rate', () => {
    const finding = findingOf(completed(spread([100, 1000])), 'fra', 'goodput_rev_bps p50 >= 5000', GOODPUT);
    expect(judge([finding])[0]).toMatchObject({ result: 'fail' });
    const bound = judge([{ ...finding, bottleneck: 'local_bottleneck: three' }])[0];
    expect(bound).toMatchObject({ result: 'inconclusive', origin: 'vantage', why: said('local_bottleneck') });
  });
});

describe('a control that never meets the requirement', () => {
  const NEVER = FAIL('fault not isolated; control anchor1 does not meet it either, in any round: it cannot tell');

  it('excuses nobody, in one round or in many', () => {
    expect(verdict(BAD, FAR_AWAY)).toMatchObject(NEVER);
    expect(verdict([BAD, BAD], [FAR_AWAY, FAR_AWAY])).toMatchObject(NEVER);
  });

  it('is one whose best tenth does not either: a path that is disturbed shows what it can do', () => {
    expect(verdict(BAD, completed(spread([99, 10], [901, 30])))).toMatchObject(NEVER);
    expect(verdict(BAD, completed(spread([100, 10], [900, 30])))).toMatchObject(SHARED);
    // Of what it received: what was lost is no path's nature.
    expect(verdict(BAD, completed(spread([50, 10], [400, 30], [550, Infinity])))).toMatchObject(SHARED);
  });

  it('is none that met it in a round', () => {
    expect(verdict([BAD, GOOD], [FAR_AWAY, GOOD])).toMatchObject(SHARED);
  });

  it('of a rate is one whose best interval does not', () => {
    const on = (control: JudgedCell) =>
      verdictOn('goodput_rev_bps p5 >= 5000', GOODPUT, completed(spread([100, 1000])), control);
    expect(on(completed(spread([100, 4999])))).toMatchObject(NEVER);
    expect(on(completed(spread([99, 4999], [1, 5000])))).toMatchObject(SHARED);
  });

  it('is none for losing packets: that is no path’s nature', () => {
    const losses = completed(hitSeries(spread([700, 0], [300, 1])));
    expect(verdictOn('loss_ratio <= 0.01', FAILURES, losses, losses)).toMatchObject(SHARED);
  });

  it('also is one that never answered, while the site did', () => {
    const silent = FAIL('fault not isolated; control anchor1 did not answer in any round: it cannot tell');
    expect(verdict(BAD, UNREACHABLE)).toMatchObject(silent);
    expect(verdict([GOOD, UNREACHABLE], [UNREACHABLE, UNREACHABLE])).toMatchObject(silent);
  });

  it('says nothing of a site that did not answer when it answered itself, however late', () => {
    expect(verdict([GOOD, UNREACHABLE], [FAR_AWAY, FAR_AWAY])).toMatchObject(FAIL('does not meet it either'));
  });
});

describe('rounds', () => {
  it('in which a control met it, and that show the breach by themselves, are not excused by others', () => {
    const shown = FAIL('not shared by control anchor1 in r1, r3');
    expect(verdict([BAD, BAD, BAD], [GOOD, BAD, GOOD])).toMatchObject(shown);
    const many = (of: JudgedCell, but: JudgedCell) => Array.from({ length: 8 }, (_, i) => (i === 4 ? but : of));
    expect(verdict(many(BAD, BAD), many(GOOD, BAD))).toMatchObject(FAIL('not shared by control anchor1 in 7 rounds'));
  });

  it('in which both were disturbed are, when the others show nothing', () => {
    expect(verdict([GOOD, BAD, GOOD], [GOOD, BAD, GOOD])).toMatchObject(SHARED);
  });

  it('of another time excuse nothing', () => {
    expect(verdict([GOOD, BAD, GOOD], [GOOD, GOOD, BAD])).toMatchObject(
      FAIL('not shared by control anchor1 in r1, r2'),
    );
  });

  it('without an answer are judged by what controls did in them', () => {
    expect(verdict([GOOD, UNREACHABLE], [BAD, GOOD])).toMatchObject(FAIL('not shared by control anchor1'));
    expect(verdict([GOOD, UNREACHABLE], [GOOD, UNREACHABLE])).toMatchObject(SHARED);
    expect(verdict([GOOD, UNREACHABLE], [GOOD, SKIPPED])).toMatchObject(FAIL('fault not isolated'));
  });

  it('without an answer that the controls did not give either leave the others to fail', () => {
    expect(verdict([BAD, UNREACHABLE, BAD], [GOOD, UNREACHABLE, GOOD])).toMatchObject({
      ...FAIL('not shared by control anchor1 in r1, r3; r2: unreachable'),
      n: 2000,
      exceeding: 200,
    });
    expect(verdict([BAD, UNREACHABLE, BAD], [BAD, UNREACHABLE, BAD])).toMatchObject(SHARED);
  });
});

describe('a breach that is more than what disturbed the control', () => {
  const LESS = FAIL('not shared by control anchor1, which was disturbed by less');

  it('of a delay is beyond the threshold by more than the control reached above its best', () => {
    // Half of what may exceed, 5 of 1000, is above 20 + (40 - 5) ms nowhere; 1.5% of the candidate's are.
    const control = completed(spread([970, 5], [30, 40]));
    expect(verdict(completed(spread([1000, 55])), control)).toMatchObject(SHARED);
    expect(verdict(completed(spread([1000, 55.001])), control)).toMatchObject(LESS);
    // Lost ones of the control are as late as can be.
    expect(verdict(completed(spread([1000, 90])), completed(spread([970, 5], [30, Infinity])))).toMatchObject(SHARED);
  });

  it('of losses is beyond the allowance by more than the control may have lost', () => {
    const losses = (lost: number) => completed(hitSeries(spread([1000 - lost, 0], [lost, 1])));
    const on = (candidate: number, control: number) =>
      verdictOn('loss_ratio <= 0.01', FAILURES, losses(candidate), losses(control));
    // scipy: beta.ppf(0.975, 21, 980) = 0.0307; of 1000 at 0.0407, binom.sf(50) = 0.063 and binom.sf(51) = 0.046.
    expect(on(51, 20)).toMatchObject(SHARED);
    expect(on(52, 20)).toMatchObject(LESS);
  });

  it('is never seen in a path that would meet it without what disturbed both', () => {
    const ms = (max: number) => fc.array(fc.nat(max), { minLength: 300, maxLength: 300 });
    fc.assert(
      fc.property(
        ms(20),
        fc.array(fc.oneof(fc.constant(0), fc.nat(200)), { minLength: 300, maxLength: 300 }),
        (own, on) => {
          const added = on.with(0, 0);
          const finding = findingOf(
            completed(spread(...own.map((x, i): [number, number] => [1, x + (added[i] ?? 0)]))),
          );
          const control = findingOf(completed(spread(...added.map((x): [number, number] => [1, 5 + x]))));
          const [a, b] = [finding.extent, control.extent];
          expect(a?.sure).toBeLessThanOrEqual(20 + (b?.most ?? 0) - (b?.best ?? 0));
        },
      ),
    );
  });
});
