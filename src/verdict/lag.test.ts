// biome-ignore-all lint/style/noRestrictedImports: tests may use what test/support builds.

import { describe, expect, it } from 'vitest';
import { FINE } from '../../test/support/judged.ts';
import type { Estimate } from '../contract/estimate.ts';
import type { InstrumentCode } from '../contract/instrument.ts';
import type { Metric } from '../contract/kind.ts';
import { generatorBound, generatorLag, instrumentDoubt } from './lag.ts';

const RTT: Metric = { unit: 'ms', better: 'lower', form: 'sample', doc: '' };

/** So many sends on time, so many late by `ms`. */
function sends(onTime: number, late: number, ms: number): Estimate {
  const values = new Float64Array(onTime + late).fill(0.01, 0, onTime).fill(ms, onTime);
  return { is: 'sample', values, at: new Float64Array(values.length) };
}

describe('generator lag', () => {
  it('is the p99 of lateness above 1 ms', () => {
    expect(generatorLag(sends(950, 50, 3.2), RTT, 10)).toBe(
      'generator lag: the p99 of sends was 3.2 ms behind schedule, more than 1 ms',
    );
  });

  it('is not that of fewer than one send in a hundred', () => {
    expect(generatorLag(sends(995, 5, 3.2), RTT, 10)).toBeUndefined();
  });

  it('may be 5% of a threshold above 20 ms', () => {
    expect(generatorLag(sends(0, 200, 4.9), RTT, 100)).toBeUndefined();
    expect(generatorLag(sends(0, 200, 5), RTT, 100)).toBeUndefined();
    expect(generatorLag(sends(0, 200, 5.000001), RTT, 100)).toContain('more than 5 ms');
  });

  it('is that of the latest send when there are too few for a p99', () => {
    expect(generatorLag(sends(98, 1, 1.5), RTT, 10)).toBe(
      'generator lag: the latest send was 1.5 ms behind schedule, more than 1 ms',
    );
  });

  it('does not concern metrics that are no latency', () => {
    expect(generatorLag(sends(0, 200, 50), { ...RTT, unit: 'bit/s' }, 1e9)).toBeUndefined();
    expect(generatorLag(sends(0, 200, 50), { ...RTT, unit: 'ratio', form: 'ratio' }, 0.1)).toBeUndefined();
  });

  it('is not claimed where no lateness was measured', () => {
    expect(generatorLag({ is: 'missing', why: 'no schedule' }, RTT, 10)).toBeUndefined();
    expect(generatorLag(sends(0, 0, 0), RTT, 10)).toBeUndefined();
  });
});

describe('a busy measuring thread', () => {
  const cell = (busyRatio: number | null) => ({ busyRatio, instrument: FINE });
  const GOODPUT: Metric = { unit: 'bit/s', better: 'higher', form: 'sample', doc: '' };

  it('puts a rate in doubt from 85% on', () => {
    expect(generatorBound(cell(0.8499), GOODPUT)).toBeUndefined();
    expect(generatorBound(cell(0.85), GOODPUT)).toContain('generator-bound');
  });

  it('does not concern latencies, nor cells where it was not watched', () => {
    expect(generatorBound(cell(1), RTT)).toBeUndefined();
    expect(generatorBound(cell(null), GOODPUT)).toBeUndefined();
  });

  const said = (side: 'near' | 'far', code: InstrumentCode, farIsOurs = false) =>
    generatorBound(
      { busyRatio: null, instrument: { state: 'suspect', reasons: [{ side, code, why: 'as it was' }], farIsOurs } },
      GOODPUT,
    );

  it.each(['core-busy', 'steal', 'throttled'] as const)('may be the host’s: %s', (code) => {
    expect(said('near', code)).toBe('generator-bound: as it was');
    // What the judged side says of itself is no excuse.
    expect(said('far', code)).toBeUndefined();
    expect(said('far', code, true)).toBe('generator-bound: at the far end, as it was');
  });

  it('may be the far end’s, where that is ours', () => {
    expect(said('far', 'generator-bound')).toBeUndefined();
    expect(said('far', 'generator-bound', true)).toContain('at the far end');
  });

  it.each(['send-lateness', 'no-spin', 'starved', 'event-loop', 'clock-step'] as const)(
    'is not what %s is about',
    (code) => {
      expect(said('near', code)).toBeUndefined();
    },
  );
});

describe('an invalid instrument', () => {
  type Said = [side: 'near' | 'far', code: InstrumentCode][];
  const doubt = (said: Said, farIsOurs = false, metric = RTT, state: 'suspect' | 'invalid' = 'invalid') =>
    instrumentDoubt({ state, reasons: said.map(([side, code]) => ({ side, code, why: code })), farIsOurs }, metric);

  it('puts all but rates in doubt, with all that bears on them', () => {
    const said: Said = [
      ['near', 'send-lateness'],
      ['near', 'clock-step'],
      ['near', 'event-loop'],
    ];
    expect(doubt(said)).toBe('instrument invalid: send-lateness; event-loop');
    expect(doubt(said, false, { ...RTT, unit: 'ratio', form: 'ratio' })).toContain('send-lateness');
    expect(doubt(said, false, { ...RTT, unit: 'bit/s' })).toBeUndefined();
    expect(doubt(said, false, RTT, 'suspect')).toBeUndefined();
  });

  it('is so by the far end’s word only where that end is ours', () => {
    expect(doubt([['far', 'starved']])).toBeUndefined();
    expect(doubt([['far', 'starved']], true)).toBe('instrument invalid: far end: starved');
    // Nor does what is merely suspect here lend it weight.
    const said: Said = [
      ['far', 'starved'],
      ['near', 'steal'],
    ];
    expect(doubt(said)).toBeUndefined();
    expect(doubt(said, true)).toBe('instrument invalid: far end: starved; steal');
  });
});
