// biome-ignore-all lint/style/noRestrictedImports: tests may use what test/support builds.
import { describe, expect, it } from 'vitest';
import { FakeKernel } from '../../test/support/fake-kernel.ts';
import { clockStepNs, readClockOffset } from './clock-offset.ts';
import { openKernel } from './native.ts';

const NONE = { missing: 'none here' };

describe('the offset of wall time', () => {
  it('is that of the kernel’s clocks, exactly', () => {
    const kernel = new FakeKernel();
    // 70 days and −0.5 s between 100 days + 0.25 s and 30 days + 0.75 s.
    expect(readClockOffset(kernel)).toEqual({
      offsetNs: 70n * 86_400_000_000_000n - 500_000_000n,
      uncertaintyNs: 100,
      by: 'clock_gettime',
    });
  });

  it('is that of the narrowest of several readings', () => {
    const kernel = new FakeKernel();
    const { clock_gettime } = kernel;
    let calls = 0;
    // The first readings of each clock take 1 µs more, as they do before code and counters are warm.
    kernel.clock_gettime = (clock, into) => {
      calls += 1;
      if (calls < 12) kernel.pass(1000n);
      return clock_gettime.call(kernel, clock, into);
    };
    expect(readClockOffset(kernel)).toMatchObject({
      offsetNs: 70n * 86_400_000_000_000n - 500_000_000n,
      uncertaintyNs: 100,
    });
  });

  it('is Date.now’s where the kernel is not asked or cannot tell, and the two agree', async () => {
    const broken = new FakeKernel();
    broken.clockFails = true;
    expect(readClockOffset(broken).by).toBe('Date.now');
    const rough = readClockOffset(NONE);
    const fine = readClockOffset(await openKernel());
    expect(rough.uncertaintyNs).toBeGreaterThanOrEqual(500_000);
    expect(clockStepNs(rough, fine)).toBeNull();
  });
});

describe('a step of wall time', () => {
  it('shows, with its direction', () => {
    const kernel = new FakeKernel();
    const before = readClockOffset(kernel);
    kernel.pass(60_000_000_000n);
    expect(clockStepNs(before, readClockOffset(kernel))).toBeNull();
    kernel.realtime -= 12_345_678n;
    expect(clockStepNs(before, readClockOffset(kernel))).toBe(-12_345_678);
  });

  it('smaller than the readings are sure of does not show', () => {
    const at = (offsetNs: bigint) => ({ offsetNs, uncertaintyNs: 500_000, by: 'Date.now' as const });
    expect(clockStepNs(at(0n), at(1_000_000n))).toBeNull();
    expect(clockStepNs(at(0n), at(1_000_001n))).toBe(1_000_001);
  });
});
