import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Estimate } from '../contract/estimate.ts';
import { ipdv, ipdvAbs, jitterRfc3550, pdv } from './delay-variation.ts';

const LOST = Infinity;

function at(values: Float64Array): Float64Array {
  return Float64Array.from(values.keys(), (i) => i * 100);
}

function of(measure: typeof ipdv, ...delays: number[]): Estimate {
  const values = Float64Array.from(delays);
  return measure(values, at(values));
}

describe('ipdv', () => {
  it('is the signed difference to the packet before, at the later one', () => {
    expect(of(ipdv, 10, 12, 11)).toEqual({
      is: 'sample',
      values: Float64Array.of(2, -1),
      at: Float64Array.of(100, 200),
    });
  });

  it('never bridges a lost packet', () => {
    expect(of(ipdv, 10, LOST, 30, 31)).toEqual({ is: 'sample', values: Float64Array.of(1), at: Float64Array.of(300) });
  });

  it('is a value for each pair of a constant series', () => {
    expect(of(ipdv, 5, 5, 5)).toMatchObject({ values: Float64Array.of(0, 0) });
  });

  it.each([[[]], [[10]], [[10, LOST, 10]], [[LOST, LOST]]])('is missing without two in a row: %j', (delays) => {
    expect(of(ipdv, ...delays)).toEqual({ is: 'missing', why: 'no two consecutive packets were received' });
  });

  it('is exact to the nanosecond', () => {
    expect(of(ipdv, 0.2, 20.3)).toMatchObject({ values: Float64Array.of(20.1) });
  });

  it('adds up to the whole change when nothing is lost', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 1e9 }), { minLength: 2 }), (ns) => {
        const estimate = of(ipdv, ...ns.map((value) => value / 1e6));
        const sum = estimate.is === 'sample' ? estimate.values.reduce((a, b) => a + b) : Number.NaN;
        expect(sum).toBeCloseTo(((ns.at(-1) as number) - (ns[0] as number)) / 1e6, 6);
      }),
    );
  });
});

describe('ipdvAbs', () => {
  it('is ipdv without its sign', () => {
    expect(of(ipdvAbs, 10, 12, 11)).toMatchObject({ values: Float64Array.of(2, 1) });
  });
});

describe('pdv', () => {
  it('is what each packet took longer than the quickest', () => {
    expect(of(pdv, 12, 10, 11.5)).toEqual({
      is: 'sample',
      values: Float64Array.of(2, 0, 1.5),
      at: Float64Array.of(0, 100, 200),
    });
  });

  it('keeps lost packets as lost, so that verdicts count them', () => {
    expect(of(pdv, 12, LOST, 10)).toMatchObject({ values: Float64Array.of(2, LOST, 0) });
    expect(of(pdv, LOST, LOST)).toMatchObject({ values: Float64Array.of(LOST, LOST) });
  });

  it('is missing when nothing was sent', () => {
    expect(of(pdv)).toEqual({ is: 'missing', why: 'no packet was sent' });
  });

  it('is exact to the nanosecond', () => {
    expect(of(pdv, 0.2, 20.3)).toMatchObject({ values: Float64Array.of(0, 20.1) });
  });
});

describe('RFC 3550 jitter', () => {
  it('moves a sixteenth of the way to each difference', () => {
    // By hand: |d| = 16, 0: J = 16/16 = 1, then 1 + (0 − 1)/16.
    expect(jitterRfc3550(Float64Array.of(10, 26, 26))).toBe(15 / 16);
  });

  it('compares a packet with the one received before it, across a gap', () => {
    expect(jitterRfc3550(Float64Array.of(10, LOST, 26))).toBe(1);
  });

  it('is 0 when the delay is constant', () => {
    expect(jitterRfc3550(Float64Array.of(7, 7, 7))).toBe(0);
  });

  it.each([[[]], [[10]], [[LOST, 10, LOST]]])('is undefined for fewer than two received: %j', (delays) => {
    expect(jitterRfc3550(Float64Array.from(delays))).toBeUndefined();
  });
});

describe('every variation', () => {
  it.each([ipdv, ipdvAbs, pdv, jitterRfc3550])('refuses a value that is no number: %o', (measure) => {
    const values = Float64Array.of(1, Number.NaN);
    expect(() => measure(values, at(values))).toThrow(expect.objectContaining({ code: 'NETPROBE_RECORDS_INVALID' }));
  });

  it.each([ipdv, ipdvAbs, pdv])('keeps its input as it is: %o', (measure) => {
    const values = Float64Array.of(3, 1, LOST, 2);
    measure(values, at(values));
    expect(values).toEqual(Float64Array.of(3, 1, LOST, 2));
  });
});
