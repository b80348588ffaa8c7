import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ipdv, jitterRfc3550, pdv } from './delay-variation.ts';
import { delaySample, streamEstimates, streamIpdv, streamJitter } from './stream-delays.ts';

const LOST = Infinity;
const NONE = Number.NaN;
const ms = (...values: number[]) => Float64Array.from(values, (value) => value * 1e6);
const every10 = (delays: Float64Array) => Float64Array.from(delays.keys(), (i) => i * 10);

/** One stream without gaps in its numbers. */
const oneStream = (delays: Float64Array) => ({
  stream: new Uint8Array(delays.length),
  seq: Uint32Array.from(delays.keys()),
  streams: 1,
});

describe('a sample of delays', () => {
  it('is in ms, with lost ones, without those that are none', () => {
    const delays = ms(1.5, NONE, LOST, 2);
    expect(delaySample(delays, every10(delays))).toEqual({
      is: 'sample',
      values: Float64Array.of(1.5, LOST, 2),
      at: Float64Array.of(0, 20, 30),
    });
  });

  it('shares the times when all are kept', () => {
    const at = Float64Array.of(1, 2);
    expect(delaySample(ms(1, LOST), at).at).toBe(at);
  });
});

describe('delay variation of streams', () => {
  it('is between consecutive packets of one stream', () => {
    // By hand: stream 0 has 10, 12, 11; stream 1 has 20, 21.5.
    const numbered = { stream: [0, 1, 0, 1, 0], seq: [0, 0, 1, 1, 2], streams: 2 };
    const delays = ms(10, 20, 12, 21.5, 11);
    expect(streamIpdv(delays, numbered, every10(delays))).toEqual({
      signed: { is: 'sample', values: Float64Array.of(2, 1.5, -1), at: Float64Array.of(20, 30, 40) },
      absolute: { is: 'sample', values: Float64Array.of(2, 1.5, 1), at: Float64Array.of(20, 30, 40) },
    });
  });

  it('bridges neither a lost packet, nor one that is no sample, nor a missing number', () => {
    const delays = ms(10, LOST, 12, NONE, 11, 12);
    const numbered = { ...oneStream(delays), seq: [0, 1, 2, 3, 4, 6] };
    expect(streamIpdv(delays, numbered, every10(delays)).signed).toMatchObject({ is: 'missing' });
  });

  it('is exact to the nanosecond', () => {
    const delays = ms(0.2, 20.3);
    expect(streamIpdv(delays, oneStream(delays), every10(delays)).signed).toMatchObject({
      values: Float64Array.of(20.1),
    });
  });

  it('makes RFC 3550 jitter of differences within a stream, in the order of arrival', () => {
    // By hand: stream 0 differs by 1.6 ms, then stream 1 by 3.2: J = 0.1, then 0.1 + (3.2 − 0.1)/16.
    const delays = ms(10, 50, 11.6, 46.8);
    const estimate = streamJitter(delays, { stream: [0, 1, 0, 1], streams: 2 }, [0, 1, 2, 3]);
    expect(estimate).toEqual({ is: 'scalar', value: expect.closeTo(0.1 + 3.1 / 16, 12) });
    // Arrived the other way round: the same differences, in the other order.
    const reversed = streamJitter(delays, { stream: [0, 1, 0, 1], streams: 2 }, [3, 2, 1, 0]);
    expect(reversed).toEqual({ is: 'scalar', value: expect.closeTo(0.2 + (1.6 - 0.2) / 16, 12) });
  });

  it('has no jitter of one packet a stream', () => {
    expect(streamJitter(ms(1, 2), { stream: [0, 1], streams: 2 }, [0, 1])).toMatchObject({ is: 'missing' });
  });

  it('is, of one stream in order, what the figures of other echoes are', () => {
    const delay = fc.oneof(fc.integer({ min: 0, max: 1e9 }), fc.constant(LOST));
    fc.assert(
      fc.property(fc.array(delay, { minLength: 1 }), (ns) => {
        const delays = Float64Array.from(ns);
        const at = every10(delays);
        const values = delays.map((value) => value / 1e6);
        const received = Uint32Array.from(delays.keys()).filter((i) => delays[i] !== LOST);
        const estimates = streamEstimates(delays, oneStream(delays), at, received);
        expect(estimates.ipdv_ms).toEqual(ipdv(values, at));
        expect(estimates.pdv_ms).toEqual(pdv(values, at));
        const jitter = jitterRfc3550(values);
        if (jitter === undefined) expect(estimates.jitter_rfc3550_ms.is).toBe('missing');
        else expect(estimates.jitter_rfc3550_ms).toEqual({ is: 'scalar', value: expect.closeTo(jitter, 6) });
      }),
    );
  });
});

describe('a pair with a lost packet', () => {
  // 20, lost, 22, 23 ms: one pair of received ones, two with the lost one.
  const delays = Float64Array.of(20e6, Infinity, 22e6, 23e6);
  const numbered = { stream: new Uint8Array(4), seq: [0, 1, 2, 3], streams: 1 };
  const at = Float64Array.of(0, 1, 2, 3);

  it('is no variation of delay, and beyond every threshold where that is asked for', () => {
    expect(streamIpdv(delays, numbered, at).absolute).toMatchObject({ values: Float64Array.of(1) });
    const beyond = streamIpdv(delays, numbered, at, 'beyond');
    expect(beyond.absolute).toMatchObject({ values: Float64Array.of(Infinity, Infinity, 1) });
    expect(beyond.signed).toMatchObject({ values: Float64Array.of(Infinity, Infinity, 1) });
  });
});
