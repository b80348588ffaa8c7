import { describe, expect, it } from 'vitest';
import { isSameClock, oneWayError, stepWords } from './clocks.ts';
import type { ClockFact } from './facts.ts';

const NOTHING: ClockFact = {
  synchronised: null,
  maxErrorNs: null,
  estErrorNs: null,
  pairErrorNs: null,
  userStampLateNs: null,
  stepNs: null,
  boot: null,
};
/** For converting a receive stamp of the kernel's. */
const STAMP = 5000;
const KERNELS = { near: true, far: true };

describe('two clocks of one machine', () => {
  const here = (pairErrorNs: number | null, userStampLateNs: number | null = null): ClockFact => ({
    ...NOTHING,
    boot: 'b',
    pairErrorNs,
    userStampLateNs,
  });

  it('are one when both ends have booted alike', () => {
    expect(isSameClock(here(1), here(2))).toBe(true);
    expect(isSameClock(here(1), { ...here(1), boot: 'c' })).toBe(false);
    expect(isSameClock(NOTHING, NOTHING)).toBe(false);
  });

  it('leave the errors of reading it, whatever it is synchronised to', () => {
    const near = { ...here(300), synchronised: false, maxErrorNs: 16e9 };
    expect(oneWayError({ near, far: here(450) }, KERNELS)).toEqual({ clocksNs: STAMP + 750, lateNs: 0 });
  });

  it('are read to half a millisecond and more without the kernel, and stamps are then as late as the loop', () => {
    const error = oneWayError({ near: here(1.5e6, 14e6), far: here(300, 90e6) }, { near: false, far: true });
    expect(error).toEqual({ clocksNs: STAMP + 1_500_300, lateNs: 14e6 });
    // The later of the two, for each delays one direction.
    const both = oneWayError({ near: here(1.5e6, 14e6), far: here(1.5e6, 90e6) }, { near: false, far: false });
    expect(both).toEqual({ clocksNs: STAMP + 3e6, lateNs: 90e6 });
  });

  it.each([
    [here(null), here(1), KERNELS, 'how exactly this end’s stamps follow its clock, is not known'],
    [here(1), here(1), { near: true, far: false }, 'how late the far end’s receive stamps are, is not known'],
  ])('have no bound: %#', (near, far, stamps, why) => {
    expect(oneWayError({ near, far }, stamps)).toEqual({ why });
  });
});

describe('two clocks', () => {
  const synced = (maxErrorNs: number | null, change: Partial<ClockFact> = {}): ClockFact => ({
    ...NOTHING,
    synchronised: true,
    maxErrorNs,
    pairErrorNs: 0,
    ...change,
  });

  it('differ by no more than both errors, and stamps by what they are read to', () => {
    const near = synced(100_000, { estErrorNs: 5000, pairErrorNs: 400 });
    expect(oneWayError({ near, far: synced(25_000) }, KERNELS)).toEqual({ clocksNs: STAMP + 125_400, lateNs: 0 });
  });

  it.each([
    [synced(1), NOTHING, 'the far end’s clock is not known to be synchronised'],
    [synced(1, { synchronised: false }), synced(1), 'this end’s clock is not synchronised'],
    [synced(1), synced(null), 'how exact the far end’s clock is, is not known'],
    // systemd-timesyncd: both are set to 0 at each correction, and the kernel lets the bound grow from there.
    [synced(0, { estErrorNs: 0 }), synced(1), 'what keeps this end’s clock does not state its error'],
    [synced(16e6, { estErrorNs: 0 }), synced(1), 'what keeps this end’s clock does not state its error'],
    // linuxptp: the bound is set to 0, the estimate is the kernel's from before.
    [synced(1), synced(5e5, { estErrorNs: 16e9 }), 'what keeps the far end’s clock does not state its error'],
  ])('have no bound: %#', (near, far, why) => {
    expect(oneWayError({ near, far }, KERNELS)).toEqual({ why });
  });
});

describe('a wall clock', () => {
  const set = (stepNs: number) => ({ ...NOTHING, stepNs });

  it('is set when it jumps by more than variation minds', () => {
    expect(stepWords(NOTHING, NOTHING)).toBeUndefined();
    expect(stepWords(set(100_000), set(0))).toBeUndefined();
    expect(stepWords(set(0), set(100_001))).toBe('the far end’s wall clock was set by 0.100 ms during the cell');
    expect(stepWords(set(2e9), NOTHING)).toMatch(/this end’s .* 2000.000 ms/);
  });

  it('is set for one-way delays whenever it jumps', () => {
    expect(stepWords(set(0), set(0), 0)).toBeUndefined();
    expect(stepWords(set(1001), set(0), 0)).toMatch(/this end’s .* 0.001 ms/);
  });
});
