import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { figureCells } from './figure-cells.ts';
import { formatExact, formatValue } from './format.ts';
import { inert } from './inert.ts';
import { intervalText, spaced } from './interval-text.ts';
import { displayWidth, wrap } from './wrap.ts';

describe('inert text', () => {
  it.each([
    ['\u001b[31mred\u001b[0m', 'red'],
    ['\u001b]8;;http://x\u0007link\u001b]8;;\u0007', 'link'],
    ['a\r\n\tb', 'a b'],
    ['\u009b31mx', 'x'],
    ['user\u202etxt.exe', 'usertxt.exe'],
    ['zero\u200bwidth\ufeff', 'zerowidth'],
    ['\ud800x', 'x'],
    ['Zürich → 東京', 'Zürich → 東京'],
  ])('%j shows as %j', (text, shown) => {
    expect(inert(text)).toBe(shown);
  });

  it('has no control or directional character, one line, and a bounded length, whatever goes in', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 3000 }), (text) => {
        const shown = inert(text, 100);
        expect(shown).not.toMatch(/[\p{Cc}\p{Cs}\u2028-\u202e\u2066-\u2069]/u);
        expect([...shown].length).toBeLessThanOrEqual(100);
      }),
    );
  });
});

describe('wrapped text', () => {
  it('breaks at spaces and after arrows, and cuts words that are wider than a line', () => {
    expect(wrap('one two three', 8)).toEqual(['one two', 'three']);
    expect(wrap('goodput here→frankfurt', 12)).toEqual(['goodput', 'here→', 'frankfurt']);
    expect(wrap('abcdefghij', 4)).toEqual(['abcd', 'efgh', 'ij']);
    expect(wrap('', 4)).toEqual(['']);
  });

  it.each(['\u00a0', '\u1680', '\u2003', '\u202f', '\u3000', '\ufeff'])('keeps %j: it is no plain space', (space) => {
    expect(wrap(space, 2)).toEqual([space]);
    expect(wrap(`a${space} b`, 3)).toEqual([`a${space}`, 'b']);
  });

  it.each([
    [' ', ['']],
    ['  a ', ['', 'a']],
    ['a   b', ['a', 'b']],
  ])('drops the plain spaces of %j where a line ends', (text, lines) => {
    expect(wrap(text, 2)).toEqual(lines);
  });

  it('loses nothing but spaces, and no line is too wide', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 2, max: 20 }), (text, width) => {
        const lines = wrap(text, width);
        expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''));
        for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(width);
      }),
    );
  });
});

describe('figures for people', () => {
  it.each([
    [12.0291, 'ms', '12.0 ms', '12.0291 ms'],
    [0.012345, 'ms', '0.0123 ms', '0.012345 ms'],
    [1234.5678, 'ms', '1235 ms', '1234.5678 ms'],
    [0, 'ms', '0 ms', '0 ms'],
    [-0.5, 'ms', '-0.500 ms', '-0.5 ms'],
    [0.000001, 'ms', '0.00000100 ms', '0.000001 ms'],
    [9123456789, 'bit/s', '9.12 Gbit/s', '9.12346 Gbit/s'],
    [0, 'bit/s', '0.00 bit/s', '0 bit/s'],
    [0.00123456, 'ratio', '0.123%', '0.00123456'],
    [1, 'ratio', '100%', '1'],
    [65536, 'B', '64.0 KiB', '65536 B'],
    [17, '1', '17.0', '17'],
  ] as const)('%d %s shows as %s, exactly as %s', (value, unit, short, exact) => {
    expect(formatValue(value, unit)).toBe(short);
    expect(formatExact(value, unit)).toBe(exact);
  });

  const figure = { n: 50, min: 1, mean: 2, stddev: 1, p5: 1.5, p50: 2, p90: 3, p95: 3.5, p99: null, max: 4 };
  const texts = (...args: Parameters<typeof figureCells>) => figureCells(...args).map(({ text }) => text);

  it('shows of each tail the best that n supports, by its name', () => {
    expect(texts(figure, 'ms', 'lower')).toEqual(['50', '2.00 ms', 'p95 3.50 ms']);
    expect(texts(figure, 'bit/s', 'higher')).toEqual(['50', '2.00 bit/s', 'p5 1.50 bit/s']);
    const single = { ...figure, n: 1, p5: null, p50: null, p90: null, p95: null };
    expect(texts(single, 'ms', 'lower')).toEqual(['1', '–', 'max 4.00 ms']);
  });

  it('shows the interval beside what it belongs to, in its unit', () => {
    const known = { ...figure, ci95: { p50: [1.9, 2.12], p95: [3, null] } } satisfies Parameters<typeof figureCells>[0];
    expect(texts(known, 'ms', 'lower').map(spaced)).toEqual(['50', '2.00 ms [1.90, 2.12]', 'p95 3.50 ms [3.00, –]']);
    expect(figureCells(known, 'ms', 'lower', '\n')[1]?.text).toBe('2.00 ms\n[1.90,\u00a02.12]');
    const ratio = { value: 0.002, hits: 2, of: 1000, ci95: [0.000242, 0.00721] } satisfies Parameters<
      typeof figureCells
    >[0];
    expect(texts(ratio, 'ratio', 'lower').map(spaced)[1]).toBe('2 of 1000 = 0.2% [0.0242%, 0.721%]');
  });

  it('names the unit of a bound that has another one', () => {
    const shown = intervalText([980e6, 1.1e9], 1.02e9, 'bit/s', formatValue);
    expect(spaced(shown)).toBe('[980 Mbit/s, 1.10]');
    expect(spaced(intervalText([null, null], 2, 'ms', formatExact))).toBe('[–, –]');
  });

  it('never shows a missing value as a number', () => {
    const none = { n: 0, min: null, mean: null, stddev: null, p50: null, p99: null, max: null, why: 'nothing came' };
    expect(texts(none, 'ms', 'lower')).toEqual(['0', '– nothing came']);
    expect(texts({ value: null, hits: 0, of: 0, why: 'nothing was sent' }, 'ratio', 'lower')).toEqual([
      '0',
      '– nothing was sent',
    ]);
    expect(texts({ value: null, why: 'no look-up' }, 'ms', 'lower')).toEqual(['', '– no look-up']);
  });
});
