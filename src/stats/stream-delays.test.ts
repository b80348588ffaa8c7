import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { delaySample, oneStream, pdv, streamEstimates, streamIpdv, streamJitter } from './stream-delays.ts';

const LOST = Infinity;
const NONE = Number.NaN;
const ms = (...values: number[]) => Float64Array.from(values, (value) => value * 1e6);
const every10 = (delays: Float64Array) => Float64Array.from(delays.keys(), (i) => i * 10);

/** Of one stream whose packets arrive in order. */
function variation(...delaysMs: number[]) {
  const delays = ms(...delaysMs);
  const stream = oneStream(delays.length);
  return streamEstimates(delays, stream, every10(delays), stream.seq);
}

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
    const numbered = { ...oneStream(delays.length), seq: [0, 1, 2, 3, 4, 6] };
    expect(streamIpdv(delays, numbered, every10(delays)).signed).toMatchObject({ is: 'missing' });
  });

  it('is exact to the nanosecond', () => {
    const delays = ms(0.2, 20.3);
    expect(streamIpdv(delays, oneStream(delays.length), every10(delays)).signed).toMatchObject({
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
});

describe('delay variation of one stream in order', () => {
  it('is the signed difference to the packet before, at the later one', () => {
    expect(variation(10, 12, 11).ipdv_ms).toEqual({
      is: 'sample',
      values: Float64Array.of(2, -1),
      at: Float64Array.of(10, 20),
    });
    expect(variation(10, 12, 11).ipdv_abs_ms).toMatchObject({ values: Float64Array.of(2, 1) });
  });

  it('never bridges a lost packet', () => {
    expect(variation(10, LOST, 30, 31).ipdv_ms).toEqual({
      is: 'sample',
      values: Float64Array.of(1),
      at: Float64Array.of(30),
    });
  });

  it('is a value for each pair of a constant series', () => {
    expect(variation(5, 5, 5).ipdv_ms).toMatchObject({ values: Float64Array.of(0, 0) });
  });

  it.each([[[]], [[10]], [[10, LOST, 10]], [[LOST, LOST]]])('is missing without two in a row: %j', (delays) => {
    const why = 'no two consecutive packets were received';
    expect(variation(...delays)).toMatchObject({
      ipdv_ms: { is: 'missing', why },
      ipdv_abs_ms: { is: 'missing', why },
    });
  });

  it('adds up to the whole change when nothing is lost', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 1e9 }), { minLength: 2 }), (ns) => {
        const estimate = variation(...ns.map((value) => value / 1e6)).ipdv_ms;
        const sum = estimate.is === 'sample' ? estimate.values.reduce((a, b) => a + b) : Number.NaN;
        expect(sum).toBeCloseTo(((ns.at(-1) as number) - (ns[0] as number)) / 1e6, 6);
      }),
    );
  });

  it('keeps its input as it is', () => {
    const delays = ms(3, 1, LOST, 2);
    const stream = oneStream(4);
    streamEstimates(delays, stream, every10(delays), stream.seq);
    expect(delays).toEqual(ms(3, 1, LOST, 2));
  });
});

describe('pdv', () => {
  const of = (...delays: number[]) => pdv(Float64Array.from(delays), every10(Float64Array.from(delays)));

  it('is what each packet took longer than the quickest', () => {
    expect(of(12, 10, 11.5)).toEqual({
      is: 'sample',
      values: Float64Array.of(2, 0, 1.5),
      at: Float64Array.of(0, 10, 20),
    });
  });

  it('keeps lost packets as lost, so that verdicts count them', () => {
    expect(of(12, LOST, 10)).toMatchObject({ values: Float64Array.of(2, LOST, 0) });
    expect(of(LOST, LOST)).toMatchObject({ values: Float64Array.of(LOST, LOST) });
  });

  it('is missing when nothing was sent', () => {
    expect(of()).toEqual({ is: 'missing', why: 'no packet was sent' });
  });

  it('is exact to the nanosecond', () => {
    expect(of(0.2, 20.3)).toMatchObject({ values: Float64Array.of(0, 20.1) });
  });

  it('refuses a value that is no number', () => {
    expect(() => of(1, NONE)).toThrow(expect.objectContaining({ code: 'NETPROBE_RECORDS_INVALID' }));
  });
});

describe('RFC 3550 jitter of one stream', () => {
  it.each([
    // By hand: |d| = 16, 0: J = 16/16 = 1, then 1 + (0 − 1)/16.
    ['moves a sixteenth of the way to each difference', [10, 26, 26], 15 / 16],
    ['compares a packet with the one received before it, across a gap', [10, LOST, 26], 1],
    ['is 0 when the delay is constant', [7, 7, 7], 0],
  ])('%s', (_, delays, value) => {
    expect(variation(...delays).jitter_rfc3550_ms).toEqual({ is: 'scalar', value });
  });

  it.each([[[]], [[10]], [[LOST, 10, LOST]]])('is missing for fewer than two received: %j', (delays) => {
    expect(variation(...delays).jitter_rfc3550_ms).toEqual({
      is: 'missing',
      why: 'fewer than two replies were received',
    });
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
