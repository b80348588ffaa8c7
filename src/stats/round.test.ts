import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { roundTo } from './round.ts';

describe('roundTo', () => {
  it('keeps ms to the nanosecond', () => {
    expect(roundTo(12.34567849, 'ms')).toBe(12.345678);
    expect(roundTo(-0.0000015, 'ms')).toBe(-0.000002);
  });

  it('makes bit/s whole', () => {
    expect(roundTo(9_100_000_000.5, 'bit/s')).toBe(9_100_000_001);
  });

  it('keeps 9 significant digits of a ratio, however small', () => {
    expect(roundTo(1 / 3e5, 'ratio')).toBe(0.00000333333333);
    expect(roundTo(2 / 3, 'ratio')).toBe(0.666666667);
  });

  it('leaves whole bytes and counts as they are', () => {
    expect(roundTo(2 ** 40 + 1, 'B')).toBe(2 ** 40 + 1);
    expect(roundTo(1.5, '1')).toBe(1.5);
  });

  it('never gives minus zero', () => {
    expect(Object.is(roundTo(-1e-9, 'ms'), 0)).toBe(true);
    expect(Object.is(roundTo(-0.2, 'bit/s'), 0)).toBe(true);
  });

  it.each([Number.NaN, Infinity, -Infinity])('refuses %s', (value) => {
    expect(() => roundTo(value, 'ms')).toThrow(expect.objectContaining({ code: 'NETPROBE_RECORDS_INVALID' }));
  });

  it('changes nothing when applied again', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, min: -1e12, max: 1e12 }), (value) => {
        for (const unit of ['ms', 'bit/s', 'ratio', 'B', '1'] as const)
          expect(roundTo(roundTo(value, unit), unit)).toBe(roundTo(value, unit));
      }),
    );
  });
});
