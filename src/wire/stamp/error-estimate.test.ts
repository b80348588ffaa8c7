import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NetprobeError } from '../../contract/error.ts';
import { decodeErrorEstimate, encodeErrorEstimate, formatOf } from './error-estimate.ts';

const stated = (errorNs: number | null) => encodeErrorEstimate({ synchronised: false, format: 'ntp', errorNs });

describe('an error estimate', () => {
  it.each([
    // By hand: multiplier · 2^(scale − 32) seconds.
    [0x8a05, { synchronised: true, format: 'ntp', errorNs: 1192.0928955078125 }],
    [0x0b07, { synchronised: false, format: 'ntp', errorNs: 3337.860107421875 }],
    [0x4001, { synchronised: false, format: 'ptp', errorNs: 0.23283064365386963 }],
    [0xe001, { synchronised: true, format: 'ptp', errorNs: 1e9 }],
  ] as const)('%i is read and written', (bits, estimate) => {
    expect(decodeErrorEstimate(bits)).toEqual(estimate);
    expect(decodeErrorEstimate(encodeErrorEstimate(estimate))).toEqual(estimate);
    expect(formatOf(bits)).toBe(estimate.format);
  });

  it('of multiplier 0 says nothing of the error', () => {
    expect(decodeErrorEstimate(0xbf00)).toEqual({ synchronised: true, format: 'ntp', errorNs: null });
  });

  it('never understates, and overstates by less than 1/127 or a quarter of a nanosecond', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 5.47e20, noNaN: true }), (errorNs) => {
        const read = decodeErrorEstimate(stated(errorNs)).errorNs ?? Number.NaN;
        expect(read).toBeGreaterThanOrEqual(errorNs);
        expect(read).toBeLessThanOrEqual(Math.max(errorNs + 0.24, errorNs * (1 + 1 / 127)));
      }),
      { numRuns: 2000 },
    );
  });

  it('takes the finest scale: 255 steps fit, 256 do not', () => {
    const step = 1e9 / 2 ** 32;
    expect(stated(255 * step)).toBe(0x00ff);
    expect(stated(255 * step + 1e-9)).toBe(0x0180);
    expect(stated(0)).toBe(0x0001);
  });

  it('that is not known is the largest that can be written', () => {
    expect(stated(null)).toBe(0x3fff);
    expect(decodeErrorEstimate(0x3fff).errorNs).toBe(255 * 2 ** 31 * 1e9);
  });

  it.each([-1, Number.NaN, Number.POSITIVE_INFINITY, 6e20])('cannot state %d ns', (errorNs) => {
    expect(() => stated(errorNs)).toThrow(NetprobeError);
  });

  it('is read from any 16 bits, and written back as the same bound', () => {
    fc.assert(
      fc.property(fc.nat(0xffff), (bits) => {
        const estimate = decodeErrorEstimate(bits);
        fc.pre(estimate.errorNs !== null);
        expect(decodeErrorEstimate(encodeErrorEstimate(estimate))).toEqual(estimate);
      }),
    );
  });
});
