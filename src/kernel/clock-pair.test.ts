// biome-ignore-all lint/style/noRestrictedImports: tests may use what test/support builds.
import { beforeEach, describe, expect, it } from 'vitest';
import { FakeKernel } from '../../test/support/fake-kernel.ts';
import { type ClockPair, pairClocks } from './clock-pair.ts';
import { isMissing } from './missing.ts';

let kernel: FakeKernel;
beforeEach(() => {
  kernel = new FakeKernel();
});

function pair(): ClockPair {
  const clocks = pairClocks(kernel);
  if (isMissing(clocks)) throw new Error(clocks.missing);
  return clocks;
}

describe('a pair of clocks', () => {
  it('tells their difference exactly when readings take equally long', () => {
    const clocks = pair();
    // 70 days and −0.5 s between 100 days + 0.25 s and 30 days + 0.75 s.
    const difference = (clocks.realtimeBaseS - clocks.monotonicBaseS) * 1e9 + clocks.offsetNs;
    expect(difference).toBe(70 * 86_400e9 - 0.5e9);
    expect(clocks.widthNs).toBe(200);
  });

  it('moves with wall time only when that is set', () => {
    const clocks = pair();
    const first = clocks.offsetNs;
    kernel.pass(3_600_000_000_000n);
    expect(clocks.read()).toBe(true);
    expect(clocks.offsetNs).toBe(first);
    kernel.realtime -= 1_000_000_000n;
    expect(clocks.read()).toBe(true);
    expect(clocks.offsetNs).toBe(first - 1e9);
  });

  it('keeps the last reading when it cannot get a narrow one', () => {
    const clocks = pair();
    const { offsetNs, monotonicNs } = clocks;
    kernel.callNs = 5_001n;
    expect(clocks.read()).toBe(false);
    kernel.clockFails = true;
    expect(clocks.read()).toBe(false);
    expect(clocks).toMatchObject({ offsetNs, monotonicNs });
  });

  it('tries again after an interruption', () => {
    const clocks = pair();
    const { clock_gettime } = kernel;
    let calls = 0;
    kernel.clock_gettime = (clock, into) => {
      calls += 1;
      if (calls === 2) kernel.pass(4_000_000n);
      return clock_gettime.call(kernel, clock, into);
    };
    expect(clocks.read()).toBe(true);
    expect([calls, clocks.widthNs]).toEqual([6, 200]);
  });

  it('is not to be had where clocks are too slow, or fail', () => {
    kernel.callNs = 6_000n;
    expect(pairClocks(kernel)).toEqual({ missing: expect.stringContaining('10 µs') });
    kernel.clockFails = true;
    expect(pairClocks(kernel)).toEqual({ missing: 'clock_gettime failed: EPERM' });
  });
});
