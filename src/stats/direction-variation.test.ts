import { describe, expect, it } from 'vitest';
import type { Estimate } from '../contract/estimate.ts';
import { seededUniform } from '../contract/random.ts';
import { directionVariation, noVariation, type TwoWays } from './direction-variation.ts';

const MS = 1e6;

describe('variation of both ways', () => {
  const packets = 40;
  const at = Float64Array.from({ length: packets }, (_, i) => i * 100 * MS);
  const stepped = (i: number, by: number) => (i < packets / 2 ? 0 : by * MS);
  const ways = {
    forward: { sent: at, delays: at.map((_, i) => 5 * MS + stepped(i, 20)) },
    reverse: { sent: at, delays: at.map((_, i) => 5 * MS - stepped(i, 20)) },
    stream: new Uint8Array(packets),
    seq: Uint32Array.from(at.keys()),
    streams: 1,
    at,
    sameClock: false,
  };

  it('is missing for all of it when wall clocks were set', () => {
    const { forward, reverse, skew } = directionVariation({ ...ways, monotonic: false });
    const missing = { is: 'missing', why: expect.stringContaining('changed') };
    expect([...Object.values(forward), ...Object.values(reverse), skew]).toEqual(Array(7).fill(missing));
  });

  it('keeps differences of consecutive packets by clocks that cannot be set', () => {
    const { forward } = directionVariation({ ...ways, monotonic: true });
    expect(forward.ipdv).toMatchObject({ is: 'sample' });
    expect(forward.pdv).toMatchObject({ is: 'missing' });
  });

  it('can be missing altogether', () => {
    expect(noVariation('so').reverse.ipdvAbs).toEqual({ is: 'missing', why: 'so' });
  });
});

describe('variation by clocks of different rates', () => {
  const rate = 50e-6;

  /** Packets with exponential queues of this mean both ways, by a far clock that gains 50 ppm; and their true delays. */
  function cell({
    packets,
    gapMs,
    meanMs,
    seed = 1,
  }: {
    packets: number;
    gapMs: number;
    meanMs: number;
    seed?: number;
  }) {
    const uniform = seededUniform(seed);
    const queue = () => Math.round(-Math.log(1 - uniform()) * meanMs * MS);
    const far = (ns: number) => Math.round(ns * (1 + rate));
    const columns = () => ({ sent: new Float64Array(packets), delays: new Float64Array(packets) });
    const [forward, reverse] = [columns(), columns()];
    const truth = { forward: new Float64Array(packets), reverse: new Float64Array(packets) };
    for (let i = 0; i < packets; i += 1) {
      const sent = i * gapMs * MS;
      truth.forward[i] = 5 * MS + queue();
      truth.reverse[i] = 8 * MS + queue();
      const reached = sent + (truth.forward[i] as number);
      forward.sent[i] = sent;
      forward.delays[i] = far(reached) - sent;
      reverse.sent[i] = far(reached);
      reverse.delays[i] = reached + (truth.reverse[i] as number) - far(reached);
    }
    const common = { at: forward.sent, stream: new Uint8Array(packets), seq: Uint32Array.from(forward.sent.keys()) };
    const ways: TwoWays = { forward, reverse, ...common, streams: 1, sameClock: false, monotonic: true };
    return { ways, truth };
  }

  /** D(i) − D(i−1) of the true delays, ms. */
  const differences = (delays: Float64Array) =>
    Array.from(delays.subarray(1), (delay, i) => (delay - (delays[i] as number)) / MS);
  const above = (delays: Float64Array) => Array.from(delays, (delay) => (delay - Math.min(...delays)) / MS);

  function farthest(estimate: Estimate, truth: number[]): number {
    if (estimate.is !== 'sample') throw new Error(JSON.stringify(estimate));
    expect(estimate.values).toHaveLength(truth.length);
    return Math.max(...truth.map((value, i) => Math.abs(value - (estimate.values[i] as number))));
  }

  it('is that of the true delays, packets a second apart', () => {
    // Uncorrected, every difference is 0.05 ms too large: more than twice the jitter.
    const { ways, truth } = cell({ packets: 300, gapMs: 1000, meanMs: 0.02 });
    const { forward, reverse, skew } = directionVariation(ways);
    expect(skew.is === 'scalar' && Math.abs(skew.value - 50)).toBeLessThan(0.02);
    expect(farthest(forward.ipdv, differences(truth.forward))).toBeLessThan(0.0001);
    expect(farthest(reverse.ipdv, differences(truth.reverse))).toBeLessThan(0.0001);
    expect(farthest(forward.ipdvAbs, differences(truth.forward).map(Math.abs))).toBeLessThan(0.0001);
    expect(farthest(forward.pdv, above(truth.forward))).toBeLessThan(0.002);
    expect(farthest(reverse.pdv, above(truth.reverse))).toBeLessThan(0.002);
  });

  it('is not corrected by a rate that a short cell cannot know', () => {
    const { ways, truth } = cell({ packets: 20, gapMs: 10, meanMs: 5 });
    const { forward, skew } = directionVariation(ways);
    expect(skew.is).toBe('missing');
    // 50 ppm of 10 ms, and what queues differ by over that.
    expect(farthest(forward.ipdv, differences(truth.forward))).toBeLessThan(0.0015);
  });

  it('is missing where the rate may be much of it', () => {
    // By hand: nine packets tell no rate; 500 ppm are 0.5 ms in a second, and 0.005 ms in 10 ms.
    const slow = directionVariation(cell({ packets: 9, gapMs: 1000, meanMs: 0.02 }).ways);
    const missing = { is: 'missing', why: expect.stringMatching(/known to 0.500 ms between packets only/) };
    expect([slow.forward.ipdv, slow.reverse.ipdvAbs]).toEqual([missing, missing]);
    const fast = directionVariation(cell({ packets: 9, gapMs: 10, meanMs: 0.02 }).ways);
    expect([fast.forward.ipdv.is, fast.reverse.ipdvAbs.is]).toEqual(['sample', 'sample']);
    expect(directionVariation(cell({ packets: 9, gapMs: 1000, meanMs: 20 }).ways).forward.ipdv.is).toBe('sample');
  });

  it('is never a fifth off where it is given, but for a few in a hundred', () => {
    let given = 0;
    let off = 0;
    for (let seed = 1; seed <= 300; seed += 1) {
      const { ways, truth } = cell({ packets: 60, gapMs: 1000, meanMs: 0.5, seed });
      const { pdv } = directionVariation(ways).forward;
      if (pdv.is !== 'sample') continue;
      given += 1;
      const sorted = above(truth.forward).sort((a, b) => a - b);
      if (farthest(pdv, above(truth.forward)) > 0.2 * (sorted[30] as number)) off += 1;
    }
    expect(given).toBeGreaterThan(20);
    expect(off / given).toBeLessThan(0.07);
  });
});
