// biome-ignore-all lint/style/noRestrictedImports: tests may use what test/support builds.
import { afterEach, describe, expect, it, vi } from 'vitest';
import { FakeLoop } from '../../test/support/fake-loop.ts';
import type { CpuTimes } from '../kernel/cpu-times.ts';
import { HostLoad } from './host-load.ts';
import { type LoadReading, loadSpan } from './load-span.ts';

/** Two cores whose ticks (100 a second each) went so far to: each core's own work, interrupts and others of the machine. */
function reading(
  atMs: number,
  [busyA, busyB]: readonly [number, number],
  { softirq = 0, steal = 0, throttled = 0 as number | null } = {},
): LoadReading {
  const all = atMs / 10;
  const core = (user: number, soft: number, stolen: number) => ({
    user,
    system: 0,
    irq: 0,
    softirq: soft,
    steal: stolen,
    idle: all - user - soft - stolen,
  });
  const [a, b] = [core(busyA, softirq, steal), core(busyB, 0, 0)];
  const total = { ...core(busyA + busyB, softirq, steal), idle: a.idle + b.idle };
  const cpu: CpuTimes = {
    total,
    cores: [
      { core: 0, ...a },
      { core: 1, ...b },
    ],
  };
  return { atMs, cpu, throttled: throttled === null ? { missing: 'no quota' } : throttled };
}

describe('the load of a host', () => {
  it('is counted by seconds, and given in means', () => {
    const span = loadSpan(reading(0, [0, 0]));
    span.look(reading(1000, [85, 5]));
    span.look(reading(2000, [169, 5], { steal: 4 }));
    // 10 of the last 100 ticks of core 0 were its own, 20 those of interrupts.
    expect(span.end(reading(3000, [179, 5], { steal: 4, softirq: 20, throttled: 1 }))).toEqual({
      intervals: 3,
      busy_intervals: 2,
      steal_intervals: 1,
      throttled_intervals: 1,
      // (0.85 + (0.84 + 0.04) + (0.1 + 0.2)) / 3
      worst_core_ratio: 0.6767,
      // (90 + 84 + 4 + 10 + 20) of 600 ticks
      busy_ratio: 0.3467,
      softirq_ratio: 0.0333,
      steal_ratio: 0.0067,
    });
  });

  it('is that of an activity’s own time, and what is brief at its end is part of the second before', () => {
    // Busy only in the 20 ms after the last whole second: alone they would be a busy interval.
    const late = loadSpan(reading(0, [0, 0]));
    late.look(reading(1000, [10, 0]));
    expect(late.end(reading(1020, [12, 0]))).toMatchObject({
      intervals: 1,
      busy_intervals: 0,
      worst_core_ratio: 0.1176,
    });
    // Begun 20 ms before a reading of the others'.
    const early = loadSpan(reading(980, [0, 0]));
    early.look(reading(1000, [2, 0]));
    early.look(reading(2000, [12, 0]));
    expect(early.end(reading(2500, [17, 0]))).toMatchObject({ intervals: 2, busy_intervals: 0 });
  });

  it('weighs its intervals by how long they are', () => {
    const span = loadSpan(reading(0, [0, 0]));
    span.look(reading(1000, [100, 0]));
    // 1 s at 100%, 0.5 s at 0%: two thirds.
    expect(span.end(reading(1500, [100, 0]))).toMatchObject({ intervals: 2, worst_core_ratio: 0.6667 });
  });

  it('of a brief activity is one interval', () => {
    expect(loadSpan(reading(0, [0, 0])).end(reading(40, [2, 0]))).toMatchObject({
      intervals: 1,
      worst_core_ratio: 0.5,
    });
  });

  it('says that throttling was not counted, where it was not', () => {
    const none = { throttled: null };
    expect(loadSpan(reading(0, [0, 0], none)).end(reading(1000, [1, 1], none))).toMatchObject({
      throttled_intervals: null,
    });
  });

  it('is null where the system does not tell, or no tick passed', () => {
    const silent = { atMs: 0, cpu: { missing: 'no /proc' }, throttled: 0 };
    expect(loadSpan(silent).end({ ...silent, atMs: 1000 })).toBeNull();
    const still = reading(1000, [1, 1]);
    expect(loadSpan(still).end(still)).toBeNull();
  });
});

describe('the watch over a host', () => {
  afterEach(() => vi.unstubAllGlobals());

  it('asks once a second while anything is measured, whatever the number of activities, and then stops', async () => {
    const loop = new FakeLoop();
    let asked = 0;
    vi.stubGlobal('performance', { now: () => loop.now / 1e6 });
    const load = new HostLoad(() => {
      asked += 1;
      const ms = loop.now / 1e6;
      return reading(ms, [ms / 20, 0]);
    });
    const watched = Array.from({ length: 50 }, () => load.begin());
    await loop.run(3.5e9);
    const facts = watched.map((each) => each.end());
    expect(asked).toBe(1 + 3 + 1);
    for (const fact of facts) expect(fact).toMatchObject({ intervals: 4, busy_intervals: 0, worst_core_ratio: 0.5 });
    expect(loop.pending).toBe(0);
  });

  it('gives each activity its own time', async () => {
    const loop = new FakeLoop();
    vi.stubGlobal('performance', { now: () => loop.now / 1e6 });
    // Busy from the fifth second on.
    const load = new HostLoad(() => {
      const ms = loop.now / 1e6;
      return reading(ms, [Math.max(0, ms - 5000) / 10, 0]);
    });
    const first = load.begin();
    await loop.run(5e9);
    const second = load.begin();
    const before = first.end();
    await loop.run(8e9);
    expect(before).toMatchObject({ intervals: 5, busy_intervals: 0 });
    expect(second.end()).toMatchObject({ intervals: 3, busy_intervals: 3 });
    expect(loop.pending).toBe(0);
  });

  it('says how busy this machine is, where its system tells', async () => {
    const watched = new HostLoad().begin();
    await new Promise((resolve) => setTimeout(resolve, 50));
    const fact = watched.end();
    if (process.platform !== 'linux') expect(fact).toBeNull();
    else expect(fact).toMatchObject({ intervals: 1, worst_core_ratio: expect.any(Number) });
  });
});
