// biome-ignore-all lint/style/noRestrictedImports: tests may use what test/support builds.
import { beforeEach, describe, expect, it } from 'vitest';
import { FakeKernel } from '../../test/support/fake-kernel.ts';
import { readClockOffset } from './clock-offset.ts';
import { monotonicOrigin } from './monotonic-origin.ts';
import { openKernel } from './native.ts';
import { type WallTime, wallTime } from './wall-time.ts';

const MS = 1_000_000n;
/** What the fake kernel's readings are off by: half of the 200 ns between the two outer ones. */
const READING = 100;

let kernel: FakeKernel;
let wall: WallTime;
/** What finding the clock's own 0 is off by; of the machine that the test runs on. */
let origin: number;
beforeEach(() => {
  kernel = new FakeKernel();
  wall = wallTime(kernel, () => performance.now() * 1e6);
  origin = wall.errorNs - READING;
});

describe('wall time', () => {
  it('is that of the clock’s 0, with the error of both readings', async () => {
    const real = await openKernel();
    const now = () => Math.round(performance.now() * 1e6);
    const { zeroNs, errorNs } = wallTime(real, now);
    const offset = readClockOffset(real);
    const { originNs } = monotonicOrigin(now);
    const off = Number(zeroNs - (offset.offsetNs + originNs));
    // Both of the compared ones may be off.
    expect(Math.abs(off)).toBeLessThanOrEqual(2 * (errorNs + offset.uncertaintyNs));
  });

  it('stays as it was first read while nobody sets it', () => {
    const { zeroNs } = wall;
    expect(origin).toBeGreaterThan(0);
    for (let seconds = 0; seconds < 5; seconds += 1) {
      kernel.pass(1000n * MS);
      expect(wall.look()).toBeNull();
    }
    expect(wall.zeroNs).toBe(zeroNs);
    expect(wall.errorNs).toBe(READING + origin);
  });

  it('takes as its error how far later readings lie from it', () => {
    const { zeroNs } = wall;
    kernel.realtime += 700n;
    expect(wall.look()).toBeNull();
    kernel.realtime -= 200n;
    expect(wall.look()).toBeNull();
    expect(wall.zeroNs).toBe(zeroNs);
    expect(wall.errorNs).toBe(700 + READING + origin);
  });

  it.each([40n * MS, -40n * MS, 1001n, -1001n])('is read anew when it is set by %d ns', (step) => {
    const { zeroNs } = wall;
    kernel.realtime += step;
    expect(wall.look()).toBe(Number(step));
    expect(wall.zeroNs - zeroNs).toBe(step);
    expect(wall.errorNs).toBe(READING + origin);
    expect(wall.look()).toBeNull();
  });

  it('is known to half a millisecond and more without the kernel', () => {
    const rough = wallTime({ missing: 'none here' }, () => performance.now() * 1e6);
    const atFirst = rough.errorNs;
    expect(atFirst).toBeGreaterThan(500_000);
    for (let looks = 0; looks < 100; looks += 1) rough.look();
    expect(rough.errorNs).toBeGreaterThanOrEqual(atFirst);
  });
});
