import fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import {
  bandwidth,
  duration,
  formatBandwidth,
  formatDuration,
  formatSize,
  parseBandwidth,
  parseDuration,
  parseRate,
  parseSize,
  rate,
  size,
  wholeNumber,
} from './units.ts';

const PARSERS = { parseDuration, parseSize, parseBandwidth, parseRate };
const SUFFIXES = ['ns', 'us', 'ms', 's', 'm', 'h', 'B', 'kB', 'MiB', 'bit/s', 'Gbit/s', '/s', '/min', ''];

describe('parsing', () => {
  test.each([
    ['10s', 10e9],
    ['250ms', 250e6],
    ['2m', 120e9],
    ['2min', 120e9],
    ['1.5 h', 5400e9],
    ['0s', 0],
  ])('reads the duration %s', (text, ns) => expect(parseDuration(text)).toBe(ns));

  test.each([
    ['64 B', 64],
    ['1kB', 1000],
    ['1 KiB', 1024],
    ['1.5 MiB', 1572864],
  ])('reads the size %s', (text, bytes) => expect(parseSize(text)).toBe(bytes));

  test.each([
    ['5 Gbit/s', 5e9],
    ['1.07 Gbit/s', 1_070_000_000],
    ['500 Mbit/s', 5e8],
    ['1 bit/s', 1],
  ])('reads the bandwidth %s', (text, bps) => expect(parseBandwidth(text)).toBe(bps));

  test.each([
    ['20/s', 20],
    ['30/min', 0.5],
    ['3600/h', 1],
  ])('reads the rate %s', (text, hz) => expect(parseRate(text)).toBe(hz));

  test.each(['10', '', 's', '-1s', '1e3s', '1 s ', ' 1s', '1  s', '.5s', '1.s', '1S', '1\ns', '0x1s'])(
    'takes %j for no quantity',
    (text) => {
      for (const parse of Object.values(PARSERS)) expect(parse(text)).toBeUndefined();
    },
  );

  test('takes more digits than a number holds for no quantity', () => {
    expect(parseBandwidth(`${'9'.repeat(400)} bit/s`)).toBeUndefined();
  });

  test('gives a finite number that is not negative, or undefined, for any text', () => {
    const near = fc.tuple(fc.stringMatching(/^[-0-9. e]{0,20}$/), fc.constantFrom(...SUFFIXES)).map((p) => p.join(''));
    fc.assert(
      fc.property(fc.oneof(fc.string(), near), (text) => {
        for (const parse of Object.values(PARSERS)) {
          const value = parse(text);
          if (value !== undefined) expect(Number.isFinite(value) && value >= 0).toBe(true);
        }
      }),
    );
  });
});

describe('formatting', () => {
  test('writes a duration that reads back as the same', () => {
    const wholeMs = fc.integer({ min: 0, max: 1e9 }).map((ms) => ms * 1e6);
    fc.assert(
      fc.property(fc.oneof(fc.maxSafeNat(), wholeMs), (ns) => {
        expect(parseDuration(formatDuration(ns))).toBe(ns);
      }),
    );
  });

  test.each([
    [0, '0ns'],
    [1500, '1.5us'],
    [250e6, '250ms'],
    [90e9, '1.5m'],
    [10e9, '10s'],
    [7200e9, '2h'],
  ])('writes %d ns as %s', (ns, text) => expect(formatDuration(ns)).toBe(text));

  test('writes a bandwidth that reads back within the three digits shown', () => {
    fc.assert(
      fc.property(fc.double({ min: 1, max: 9e14, noNaN: true }), (bps) => {
        const back = parseBandwidth(formatBandwidth(bps)) ?? Number.NaN;
        // Below 100 bit/s a tenth is shown, and then a whole number is read.
        expect(Math.abs(back - bps)).toBeLessThanOrEqual(Math.max(0.0051 * bps, 0.551));
      }),
    );
  });

  test('writes a size that reads back within the three digits shown', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 50 }), (bytes) => {
        const back = parseSize(formatSize(bytes)) ?? Number.NaN;
        expect(Math.abs(back - bytes)).toBeLessThanOrEqual(0.0051 * bytes);
      }),
    );
  });
});

describe('schemas', () => {
  const expectation = (schema: v.GenericSchema, input: unknown) => {
    const result = v.safeParse(schema, input);
    return result.success ? null : result.issues[0].message;
  };

  test('give plain numbers', () => {
    expect(v.parse(duration(), '10s')).toBe(10e9);
    expect(v.parse(size(), '1 KiB')).toBe(1024);
    expect(v.parse(bandwidth(), '1.07 Gbit/s')).toBe(1_070_000_000);
    expect(v.parse(rate(), '30/min')).toBe(0.5);
  });

  test('ask for a unit where there is a bare number', () => {
    expect(expectation(rate(), 20)).toBe('a rate such as 100/s or 30/min');
    expect(expectation(duration(), '10')).toBe('a duration such as 10s, 250ms or 2m');
  });

  test('name the range that a value is out of', () => {
    const schema = duration({ min: 1e6, max: 60e9, words: 'from 1ms to 1m' });
    expect(expectation(schema, '1h')).toContain('from 1ms to 1m');
    expect(expectation(schema, '1us')).toContain('from 1ms to 1m');
    expect(expectation(schema, '60s')).toBeNull();
  });

  test('refuse digits beyond what a number holds', () => {
    expect(expectation(size(), `${'9'.repeat(400)} B`)).not.toBeNull();
    expect(expectation(duration(), `${'9'.repeat(400)}h`)).not.toBeNull();
  });

  test('refuse a rate of nothing, and fractions where a whole number is due', () => {
    expect(expectation(rate(), '0/s')).not.toBeNull();
    expect(expectation(wholeNumber(1, 10), 1.5)).toBe('a whole number from 1 to 10');
    expect(expectation(wholeNumber(1, 10), 11)).toBe('a whole number from 1 to 10');
    expect(expectation(wholeNumber(1, 10), '3')).toBe('a whole number from 1 to 10');
  });
});
