import { describe, expect, it } from 'vitest';
import type { ClockRelation } from './clock-relation.ts';
import { oneWayDelays, oneWayPdv, skewPpm } from './one-way.ts';

const MS = 1e6;
const LOST = Infinity;
const ns = (...ms: number[]) => Float64Array.from(ms, (value) => value * MS);
const AT = Float64Array.of(0, 10, 20, 30);
const SURE: ClockRelation = { skew: 0, uncertainty: 0, movedNs: 0, spanNs: 10e9 };
/** Clocks that differ by so much, and receive stamps of the kernel. */
const within = (ms: number) => ({ clocksNs: ms * MS, lateNs: 0 });

describe('delay variation of one way', () => {
  it('is above the smallest, whatever the clocks differ by', () => {
    expect(oneWayPdv(ns(-500, LOST, -498.5, -499), AT, SURE)).toEqual({
      is: 'sample',
      values: Float64Array.of(0, LOST, 1.5, 1),
      at: AT,
    });
  });

  it('leaves out what nobody knows', () => {
    expect(oneWayPdv(ns(5, Number.NaN, 6), AT.subarray(0, 3), SURE)).toMatchObject({ values: Float64Array.of(0, 1) });
  });

  it.each([
    ['no rate could be compared', 'too few', ns(5, 6), /^too few$/],
    ['a clock moved', { ...SURE, movedNs: 3e6 }, ns(5, 6), /changed by about 3.000 ms/],
    ['nothing arrived', SURE, ns(LOST, Number.NaN), /no packet arrived/],
    // 20 ppm of 10 s are 0.2 ms; the median variation is 0.5 ms.
    ['the rate is uncertain', { ...SURE, uncertainty: 20e-6 }, ns(5, 6), /0.200 ms/],
  ])('is missing when %s', (_, clocks, delays, why) => {
    expect(oneWayPdv(delays, AT.subarray(0, 2), clocks)).toEqual({ is: 'missing', why: expect.stringMatching(why) });
  });

  it.each([
    ['less than stamps are', { uncertainty: 0.9e-6 }, ns(5, 5.01), 'sample'],
    ['more than stamps are', { uncertainty: 1.1e-6 }, ns(5, 5.01), 'missing'],
    ['at most a fifth of the median', { uncertainty: 20e-6 }, ns(5, 7, 7), 'sample'],
    // What is not sure to be there is not taken out: all of it is in doubt, 11 + 12 ppm of 10 s beside a median of 1 ms.
    ['more than it is', { skew: 11e-6, uncertainty: 12e-6 }, ns(5, 6, 6), 'missing'],
    ['less than it is', { skew: 13e-6, uncertainty: 12e-6 }, ns(5, 6, 6), 'sample'],
  ])('when the rate is uncertain by %s', (_, clocks, delays, is) => {
    expect(oneWayPdv(delays, AT.subarray(0, delays.length), { ...SURE, ...clocks }).is).toBe(is);
  });
});

describe('a skew', () => {
  it('is in millionths', () => {
    expect(skewPpm({ ...SURE, skew: -50e-6, uncertainty: 9e-6 })).toEqual({ is: 'scalar', value: -50 });
    expect(skewPpm({ ...SURE, skew: 0.1e-6, uncertainty: 0.9e-6 })).toMatchObject({ is: 'scalar' });
  });

  it.each([
    ['the directions differ about it', { ...SURE, skew: 50e-6, uncertainty: 11e-6 }, /differ by 11.0 ppm/],
    ['a clock moved', { ...SURE, movedNs: 1e6 }, /changed/],
    ['there is none', 'too few', /too few/],
  ])('is missing when %s', (_, clocks, why) => {
    expect(skewPpm(clocks)).toEqual({ is: 'missing', why: expect.stringMatching(why) });
  });
});

describe('one-way delays', () => {
  const way = (...ms: number[]) => ({ sent: AT, delays: ns(...ms) });

  it('are those of the stamps, negative ones too', () => {
    const delays = oneWayDelays(way(5, -0.5, LOST, 6), way(9, 10, Number.NaN, 9), AT, within(1));
    expect(delays.forward).toEqual({ is: 'sample', values: Float64Array.of(5, -0.5, LOST, 6), at: AT });
    expect(delays.reverse).toMatchObject({ values: Float64Array.of(9, 10, 9), at: Float64Array.of(0, 10, 30) });
  });

  it.each([
    ['the bound is more than a fifth of the shorter median', way(5, 5), way(9, 9), 1.01, /by 1.010 ms, .* of 5.000 ms/],
    ['a packet arrived before it was sent', way(5, -1.02), way(9, 9), 1, /1.020 ms before it was sent/],
    ['nothing came back', way(5, 5), way(LOST, LOST), 1, /no packet arrived/],
  ])('are missing on both ways when %s', (_, forward, reverse, boundMs, why) => {
    const missing = { is: 'missing', why: expect.stringMatching(why) };
    expect(oneWayDelays(forward, reverse, AT.subarray(0, 2), within(boundMs))).toEqual({
      forward: missing,
      reverse: missing,
    });
  });
});

describe('one-way delays of stamps that may be late', () => {
  const way = (...ms: number[]) => ({ sent: AT, delays: ns(...ms) });
  const delaysWithin = (clocksMs: number, lateMs: number, least: number) => {
    const error = { clocksNs: clocksMs * MS, lateNs: lateMs * MS };
    return oneWayDelays(way(least, 10), way(10, 10), AT.subarray(0, 2), error).forward;
  };

  it('are there when clocks and stamps together are a fifth of the median at most', () => {
    // The shorter median is 10 ms.
    expect(delaysWithin(0.5, 1.5, 10).is).toBe('sample');
    expect(delaysWithin(0.5, 1.51, 10)).toEqual({
      is: 'missing',
      why: expect.stringMatching(/may differ by 0.500 ms and receive stamps may be late by 1.510 ms, .* of 10.000 ms/),
    });
  });

  it('cannot come before they were sent for being late', () => {
    expect(delaysWithin(0.3, 0.5, -0.2).is).toBe('sample');
    expect(delaysWithin(0.1, 0.9, -0.2)).toMatchObject({ why: expect.stringContaining('0.200 ms before it was sent') });
  });
});

describe('one-way delays by a clock that was set', () => {
  const at = Float64Array.from({ length: 20 }, (_, i) => i * 100 * MS);
  const delays = (before: number, after: number) => at.map((_, i) => (i < 10 ? before : after) * MS);

  it.each([
    [1, 'missing'],
    [10, 'sample'],
  ])('by 19 ms are, with a bound of %d ms, a %s', (boundMs, is) => {
    const forward = { sent: at, delays: delays(60, 79) };
    const reverse = { sent: at, delays: delays(79, 60) };
    expect(oneWayDelays(forward, reverse, at, within(boundMs)).forward.is).toBe(is);
  });
});
