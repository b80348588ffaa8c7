import { describe, expect, it } from 'vitest';
import { seededUniform } from '../contract/random.ts';
import { clockRelation, movement, spanOf } from './clock-relation.ts';
import { correctionOf, type OneWay, withoutSkew } from './clock-skew.ts';

const MS = 1e6;

interface Path {
  packets?: number;
  everyMs?: number;
  /** The far clock's gain. */
  rate?: number;
  /** What is added to delays there and back, in ms, at a time in ms. */
  there?: (atMs: number) => number;
  back?: (atMs: number) => number;
  /** What the far clock is set by, in ms. */
  step?: (atMs: number) => number;
}

/** 5 ms and 8 ms, by clocks that differ by a day: a packet there, and its reply 0.1 ms later. */
function path({ packets = 200, everyMs = 50, rate = 0, there, back, step }: Path = {}): [OneWay, OneWay] {
  const forward = { sent: new Float64Array(packets), delays: new Float64Array(packets) };
  const reverse = { sent: new Float64Array(packets), delays: new Float64Array(packets) };
  for (let i = 0; i < packets; i += 1) {
    const at = i * everyMs;
    const far = (ms: number) => Math.round((ms * (1 + rate) + 86_400_000 + (step?.(at) ?? 0)) * MS);
    const arrived = at + 5 + (there?.(at) ?? 0);
    const returned = arrived + 0.1 + 8 + (back?.(at) ?? 0);
    forward.sent[i] = at * MS;
    forward.delays[i] = far(arrived) - at * MS;
    reverse.sent[i] = far(arrived + 0.1);
    reverse.delays[i] = Math.round(returned * MS) - far(arrived + 0.1);
  }
  return [forward, reverse];
}

function queue(seed: number, meanMs: number) {
  const uniform = seededUniform(seed);
  return () => -Math.log(1 - uniform()) * meanMs;
}

describe('how two clocks relate', () => {
  it.each([0, 50e-6, -200e-6, 0.01])('finds a constant rate of %d exactly where nothing queues', (rate) => {
    const relation = clockRelation(...path({ rate }), false);
    expect(relation).toMatchObject({ movedNs: 0, spanNs: 199 * 50 * MS });
    if (typeof relation === 'string') throw new Error(relation);
    // Stamps are whole ns over 10 s: 1e-10 and less.
    expect(Math.abs(relation.skew - rate)).toBeLessThan(1e-9);
    expect(relation.uncertainty).toBeLessThan(3e-9);
  });

  it('finds it among queues, and says what is uncertain of it', () => {
    const relation = clockRelation(...path({ rate: 50e-6, there: queue(1, 0.5), back: queue(2, 0.5) }), false);
    if (typeof relation === 'string') throw new Error(relation);
    expect(Math.abs(relation.skew - 50e-6)).toBeLessThan(5e-6);
    expect(relation.uncertainty).toBeLessThan(10e-6);
  });

  it.each([
    ['short queues', 40, 0.5, 1],
    ['few packets', 14, 0.5, 1],
    // The sum of four: few packets meet nearly empty queues.
    ['queues of several hops', 40, 0.5, 4],
  ])('is off by no more than it says in 9 of 10 cells at least: %s', (_, packets, meanMs, hops) => {
    let covered = 0;
    for (let seed = 1; seed <= 200; seed += 1) {
      const [one, other] = [queue(seed, meanMs), queue(seed + 1000, meanMs)];
      const sum = (of: () => number) => () => Array.from({ length: hops }, of).reduce((all, each) => all + each, 0);
      const relation = clockRelation(...path({ packets, rate: 50e-6, there: sum(one), back: sum(other) }), false);
      if (typeof relation === 'string') throw new Error(relation);
      if (Math.abs(relation.skew - 50e-6) <= relation.uncertainty) covered += 1;
    }
    expect(covered).toBeGreaterThanOrEqual(180);
  });

  it('is not deceived by queues that grow on both ways, but says so', () => {
    // By hand: 1 ms more each way over 10 s is 100 ppm there, and −100 ppm back; the mean is right.
    const grow = (at: number) => at * 1e-4;
    const relation = clockRelation(...path({ rate: 50e-6, there: grow, back: grow }), false);
    if (typeof relation === 'string') throw new Error(relation);
    expect(relation.skew * 1e6).toBeCloseTo(50, 1);
    expect(relation.uncertainty * 1e6).toBeCloseTo(200, 0);
  });

  it('estimates nothing for one clock', () => {
    const relation = clockRelation(...path({ there: (at) => at * 1e-4 }), true);
    expect(relation).toMatchObject({ skew: 0, uncertainty: 0, movedNs: 0 });
  });

  it('gives none with fewer than ten packets in a direction', () => {
    expect(clockRelation(...path({ packets: 9 }), false)).toMatch(/fewer than 10 packets/);
    expect(clockRelation(...path({ packets: 10 }), false)).toMatchObject({ movedNs: 0 });
    const [forward, reverse] = path();
    reverse.delays.fill(Infinity);
    expect(clockRelation(forward, reverse, false)).toMatch(/fewer than 10 packets/);
  });

  it('makes the delays those of one clock', () => {
    const [forward, reverse] = path({ rate: 50e-6 });
    forward.delays[3] = Infinity;
    for (const [way, direction] of [
      [forward, 'forward'],
      [reverse, 'reverse'],
    ] as const) {
      const delays = Array.from(withoutSkew(way, direction, 50e-6)).filter(Number.isFinite);
      expect(Math.max(...delays) - Math.min(...delays)).toBeLessThan(3);
    }
    expect(withoutSkew(forward, 'forward', 50e-6)[3]).toBe(Infinity);
  });
});

describe('what is taken out of delays', () => {
  it('is a skew that is surely there, and of another nothing', () => {
    expect(correctionOf({ skew: -50e-6, uncertainty: 20e-6 })).toEqual({ skew: -50e-6, doubt: 20e-6 });
    const { skew, doubt } = correctionOf({ skew: -20e-6, uncertainty: 50e-6 });
    expect(skew).toBe(0);
    expect(doubt * 1e6).toBeCloseTo(70, 9);
    expect(correctionOf({ skew: 0, uncertainty: 0 })).toEqual({ skew: 0, doubt: 0 });
  });
});

it('a span is from the first time to the last', () => {
  expect(spanOf(Float64Array.of(3, Number.NaN, 9, 5))).toBe(6);
  expect(spanOf(new Float64Array(0))).toBe(0);
});

describe('a movement of the clocks', () => {
  const quiet = { there: queue(3, 0.2), back: queue(4, 0.2) };

  it('is seen as large as it was, whichever way', () => {
    for (const by of [40, -40, 2]) {
      const moved = movement(...path({ ...quiet, step: (at) => (at > 4000 ? by : 0) }), 0);
      expect(Math.abs(moved / MS - Math.abs(by))).toBeLessThan(0.3);
    }
  });

  it('is seen beside a constant rate', () => {
    const relation = clockRelation(...path({ ...quiet, rate: 20e-6, step: (at) => (at > 1000 ? 5 : 0) }), false);
    expect(relation).toMatchObject({ movedNs: expect.any(Number) });
    if (typeof relation !== 'string') expect(relation.movedNs / MS).toBeGreaterThan(3);
  });

  it.each([
    ['queues', quiet],
    ['long queues', { there: queue(5, 30), back: queue(6, 30) }],
    ['few packets in long queues', { packets: 10, there: queue(7, 30), back: queue(8, 30) }],
    [
      'delays there and back that always add up to the same',
      { there: (at: number) => (at / 50) % 3, back: (at: number) => 3 - ((at / 50) % 3) },
    ],
    ['too few packets to tell', { packets: 9, step: (at: number) => (at > 200 ? 40 : 0) }],
    ['a route that changes on one way', { ...quiet, there: (at: number) => (at > 4000 ? 12 : 0) }],
    [
      'a route that changes on both',
      { ...quiet, there: (at: number) => (at > 4000 ? 12 : 0), back: (at: number) => (at > 4000 ? 3 : 0) },
    ],
  ])('is not seen in %s', (_, given) => {
    expect(movement(...path(given), 0)).toBe(0);
  });

  it('is not seen where no packet has stamps of both ways', () => {
    const [forward, reverse] = path();
    expect(movement(forward, { ...reverse, delays: reverse.delays.map(() => Number.NaN) }, 0)).toBe(0);
  });
});
