import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Metric } from '../contract/kind.ts';
import { judgementOf, parseThat } from './requirement.ts';

const rtt: Metric = { unit: 'ms', better: 'lower', form: 'sample', doc: '' };
const goodput: Metric = { unit: 'bit/s', better: 'higher', form: 'sample', doc: '' };
const ratio: Metric = { unit: 'ratio', better: 'lower', form: 'ratio', doc: '' };
const bytes: Metric = { unit: 'B', better: 'neither', form: 'sample', doc: '' };
const count: Metric = { unit: '1', better: 'neither', form: 'sample', doc: '' };
const scalar: Metric = { unit: 'ms', better: 'lower', form: 'scalar', doc: '' };

function judge(text: string, metric: Metric) {
  const that = parseThat(text);
  return that === undefined ? undefined : judgementOf(that, metric);
}

describe('a requirement', () => {
  test('is a metric, a quantile, a comparison, a number and perhaps a unit', () => {
    expect(parseThat('rtt_ms p99.9 <= 20.5 ms')).toEqual({
      metric: 'rtt_ms',
      statistic: 'p99.9',
      comparison: '<=',
      number: '20.5',
      unit: 'ms',
    });
    expect(parseThat(' failure_ratio<0.1% ')).toMatchObject({ metric: 'failure_ratio', comparison: '<', unit: '%' });
  });

  test.each([
    '',
    'rtt_ms',
    'rtt_ms p99',
    'rtt_ms p99 <= ',
    'rtt_ms p99 == 3',
    'rtt_ms p99 = 3',
    'rtt_ms p99 ≤ 3',
    'p99 of rtt_ms < 3',
    'rtt_ms p99 << 3',
    'rtt_ms p99 <= x',
    'rtt_ms p99 <= 1e',
    'rtt_ms p99 <= 1e+',
    'rtt_ms p99 <= 1 e3',
    'rtt_ms p99 <= e3',
    'rtt_ms p99 <= 1e3.5',
    'rtt_ms p99 <= 1e3e3',
    'rtt_ms p99 <= 1e400',
    'rtt_ms p99 <= 1e-400',
    'rtt_ms p99 <= 1e999999999',
    'rtt_ms p99 <= .5',
    'rtt_ms p99 <= 1 <= 2',
  ])('is not %j', (text) => expect(parseThat(text) === undefined || 'message' in (judge(text, rtt) ?? {})).toBe(true));

  test('reads or refuses any text', () => {
    const words = fc.constantFrom(
      'rtt_ms',
      ' ',
      'p99',
      'p',
      '<',
      '<=',
      '>=',
      '=',
      '5',
      '.',
      'e',
      'E-',
      'ms',
      '%',
      'Gbit/s',
      '-',
    );
    const near = fc.array(words, { maxLength: 12 }).map((parts) => parts.join(''));
    const metrics = fc.constantFrom(rtt, goodput, ratio, bytes, count, scalar);
    fc.assert(
      fc.property(fc.oneof(fc.string(), near), metrics, (text, metric) => {
        const result = judge(text, metric);
        if (result !== undefined && 'threshold' in result) {
          expect(Number.isFinite(result.threshold)).toBe(true);
          if (result.statistic.is === 'quantile') expect(result.statistic.p > 0 && result.statistic.p < 1).toBe(true);
        }
      }),
    );
  });
});

describe('thresholds', () => {
  test.each([
    ['rtt_ms p99 <= 20', rtt, 20],
    ['rtt_ms p99 <= 20 ms', rtt, 20],
    ['rtt_ms p99 < 0.02s', rtt, 20],
    ['rtt_ms p50 <= 300 us', rtt, 0.3],
    ['g p5 >= 5 Gbit/s', goodput, 5e9],
    ['g p5 >= 1.07 Gbit/s', goodput, 1_070_000_000],
    ['g p5 > 5000000', goodput, 5e6],
    ['f <= 0.001', ratio, 0.001],
    ['f <= 0.1%', ratio, 0.001],
    ['f <= 1e-5', ratio, 0.00001],
    ['f <= 1E-5', ratio, 0.00001],
    ['f <= 0.5e-3', ratio, 0.0005],
    ['f <= 1e-3%', ratio, 0.00001],
    ['f <= 1e-3 %', ratio, 0.00001],
    ['f <= 1e0', ratio, 1],
    ['rtt_ms p99 <= 2e1', rtt, 20],
    ['rtt_ms p99 <= 2.05E+01ms', rtt, 20.5],
    ['rtt_ms p99 <= 3e2 us', rtt, 0.3],
    ['rtt_ms p99 <= 1.5e-02 s', rtt, 15],
    ['g p5 >= 5e9', goodput, 5e9],
    ['g p5 >= 1.07e0 Gbit/s', goodput, 1_070_000_000],
    ['b p50 <= 6.4e1 KiB', bytes, 65536],
    ['c p50 >= -3.5e-2', count, -0.035],
    ['c p50 >= -35e1', count, -350],
    ['f < 7 %', ratio, 0.07],
    ['b p50 <= 64 KiB', bytes, 65536],
    ['b p50 >= 64', bytes, 64],
    ['c p50 >= -3.5', count, -3.5],
  ])('of %j are in the metric’s own unit', (text, metric, threshold) => {
    expect(judge(text, metric)).toMatchObject({ threshold });
  });

  test.each([
    ['rtt_ms p99 <= 20 Mbit/s', rtt, 'milliseconds, or a number with us, ms or s'],
    ['rtt_ms p99 <= 2 m', rtt, 'milliseconds'],
    ['g p5 >= 5 Gbps', goodput, 'a bandwidth such as 500 Mbit/s'],
    ['g p5 >= -5', goodput, 'a bandwidth'],
    ['f <= 5', ratio, 'a ratio from 0 to 1 such as 0.001 or 1e-5, or a percentage'],
    ['f <= 1e1', ratio, 'a ratio from 0 to 1'],
    ['rtt_ms p99 <= 1e1 Mbit/s', rtt, 'milliseconds'],
    ['f <= 101 %', ratio, 'a ratio from 0 to 1'],
    ['f <= 0.1 ms', ratio, 'a ratio from 0 to 1'],
    ['c p50 <= 3 ms', count, 'a number without a unit'],
  ])('as in %j are refused', (text, metric, expected) => {
    expect(judge(text, metric)).toEqual({ message: expect.any(String), expected: expect.stringContaining(expected) });
  });
});

test('an exponent moves the point and nothing else', () => {
  // Expected: the language's own reading of such a number.
  const digits = fc.stringMatching(/^[1-9]\d{0,14}$/);
  fc.assert(
    fc.property(digits, fc.integer({ min: -20, max: 20 }), (number, exponent) => {
      expect(judge(`c p50 >= ${number}e${exponent}`, count)).toMatchObject({
        threshold: Number(`${number}e${exponent}`),
      });
    }),
  );
});

test('a refused number is shown as it was written', () => {
  expect(judge('rtt_ms p99 <= 0.5E-3 Mbit/s', rtt)).toMatchObject({
    message: 'rtt_ms cannot be compared with "0.5E-3 Mbit/s"',
  });
});

describe('what is judged', () => {
  test.each([
    ['p99', 0.99, 'p99'],
    ['p99.9', 0.999, 'p99.9'],
    ['p5', 0.05, 'p5'],
    ['p05', 0.05, 'p5'],
    ['p99.90', 0.999, 'p99.9'],
    ['p0.5', 0.005, 'p0.5'],
  ])('may be %s of a sample', (quantile, p, name) => {
    expect(judge(`rtt_ms ${quantile} <= 1`, rtt)).toMatchObject({ statistic: { is: 'quantile', p, name } });
  });

  test('may be a ratio, which has no quantile', () => {
    expect(judge('f <= 1%', ratio)).toMatchObject({ statistic: { is: 'ratio' } });
    expect(judge('f p99 <= 1%', ratio)).toMatchObject({ message: 'f is a ratio, which has no p99' });
  });

  test.each(['mean', 'max', 'min', 'stddev', 'p0', 'p100', 'p-1', 'P99'])('cannot be %s', (statistic) => {
    expect(judge(`rtt_ms ${statistic} <= 1`, rtt)).toEqual({
      message: `"${statistic}" cannot be judged in this version`,
      expected: expect.stringContaining('a quantile of a sample metric, such as p50 or p99.9'),
    });
  });

  test('cannot be a whole sample, nor a single value', () => {
    expect(judge('rtt_ms <= 1', rtt)).toMatchObject({ expected: 'a quantile of it, as in rtt_ms p99' });
    expect(judge('x p99 <= 1', scalar)).toMatchObject({ expected: 'a quantile of a sample metric, or a ratio' });
  });

  test('has its limit on the bad side', () => {
    expect(judge('goodput_rev_bps p5 <= 5 Gbit/s', goodput)).toEqual({
      message: 'more is better for goodput_rev_bps, so its limit is a floor',
      expected: '>= or >',
    });
    expect(judge('rtt_ms p5 > 5', rtt)).toMatchObject({ expected: '<= or <' });
    expect(judge('f >= 5%', ratio)).toMatchObject({ expected: '<= or <' });
    expect(judge('b p5 >= 5', bytes)).toHaveProperty('threshold');
  });
});
