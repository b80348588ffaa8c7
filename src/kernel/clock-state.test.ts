// biome-ignore-all lint/style/noRestrictedImports: tests may use what test/support builds.
import { describe, expect, it } from 'vitest';
import { FakeKernel } from '../../test/support/fake-kernel.ts';
import { parseTimex, readClockSource, readClockState } from './clock-state.ts';
import { isMissing } from './missing.ts';
import { openKernel } from './native.ts';

/** A struct timex by the offsets that offsetof() gives in C; units as adjtimex(2) has them. */
function timex(status: number, tai: number): Uint8Array {
  const view = new DataView(new ArrayBuffer(208));
  view.setBigInt64(16, -655_360n, true);
  view.setBigInt64(24, 31_500n, true);
  view.setBigInt64(32, 250n, true);
  view.setInt32(40, status, true);
  view.setInt32(160, tai, true);
  return new Uint8Array(view.buffer);
}

describe('the state of wall time', () => {
  it('of a clock that chrony keeps', () => {
    // STA_PLL | STA_NANO
    expect(parseTimex(timex(0x2001, 37))).toEqual({
      synchronised: true,
      maxErrorNs: 31_500_000,
      estErrorNs: 250_000,
      frequencyPpm: -10,
      flags: ['PLL', 'NANO'],
      taiOffsetS: 37,
    });
  });

  it('of a clock that nobody keeps', () => {
    expect(parseTimex(timex(0x0040, 0))).toMatchObject({ synchronised: false, flags: ['UNSYNC'], taiOffsetS: null });
  });

  it('is missing where the call is forbidden', () => {
    expect(readClockState(new FakeKernel())).toEqual({ missing: 'adjtimex failed: EPERM' });
  });

  it('asks without changing anything', () => {
    const kernel = new FakeKernel();
    let asked: Uint8Array | undefined;
    kernel.adjtimex = (into) => {
      asked = into.slice();
      into.set(timex(0, 0));
      return 0;
    };
    readClockState(kernel);
    expect(asked).toEqual(new Uint8Array(208));
  });
});

const kernel = await openKernel();

it.skipIf(isMissing(kernel))('of this machine has errors within the kernel’s bounds', () => {
  if (isMissing(kernel)) throw new Error(kernel.missing);
  const state = readClockState(kernel);
  if (isMissing(state)) return;
  expect(state.maxErrorNs).toBeGreaterThanOrEqual(0);
  expect(state.maxErrorNs).toBeLessThanOrEqual(16e9);
  expect(Math.abs(state.frequencyPpm)).toBeLessThanOrEqual(500);
});

it.skipIf(process.platform !== 'linux')('names the clock source', () => {
  expect(readClockSource()).toEqual({ value: expect.stringMatching(/^[\w-]+$/) });
});
