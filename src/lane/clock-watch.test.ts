// biome-ignore-all lint/style/noRestrictedImports: tests may use what test/support builds.
import { beforeEach, describe, expect, test } from 'vitest';
import { FakeKernel } from '../../test/support/fake-kernel.ts';
import { ClockWatch } from './clock-watch.ts';

const MS = 1_000_000n;

/** A struct timex (linux/timex.h): errors in µs, and the status bits; UNSYNC is 0x40. */
function timex(maxErrorUs: number, estErrorUs: number, status = 0): Uint8Array {
  const view = new DataView(new ArrayBuffer(208));
  view.setBigInt64(24, BigInt(maxErrorUs), true);
  view.setBigInt64(32, BigInt(estErrorUs), true);
  view.setInt32(40, status, true);
  return new Uint8Array(view.buffer);
}

let kernel: FakeKernel;
let watch: ClockWatch;
beforeEach(() => {
  kernel = new FakeKernel();
  kernel.timex = timex(1500, 20);
  watch = new ClockWatch(kernel);
});

describe('an activity’s wall clock', () => {
  test('is told with the error of its reading, and what the system says of it', () => {
    const fact = watch.begin().end();
    expect(fact).toMatchObject({
      source: 'kernel',
      synchronised: true,
      max_error_ns: 1_500_000,
      est_error_ns: 20_000,
      step_ns: 0,
    });
    // Half of the 200 ns that a pair of readings takes here, and what finding this thread's own 0 is off by.
    expect(fact['pair_error_ns']).toBeGreaterThan(100);
  });

  test('has been set when it was between beginning and end, or at a look between them', () => {
    const [first, second] = [watch.begin(), watch.begin()];
    kernel.realtime -= 40n * MS;
    expect(first.end()).toMatchObject({ step_ns: -40e6 });
    kernel.realtime += 3n * MS;
    watch.look();
    // The larger of the two.
    expect(second.end()).toMatchObject({ step_ns: -40e6 });
  });

  test('has been set by small steps that add up, each look’s by less than any limit', () => {
    const sight = watch.begin();
    for (let looks = 0; looks < 100; looks += 1) {
      kernel.realtime += 50_000n;
      watch.look();
    }
    expect(sight.end()).toMatchObject({ step_ns: 5e6 });
  });

  test('has not been set by what happened before the activity began', () => {
    const first = watch.begin();
    kernel.realtime += 40n * MS;
    const second = watch.begin();
    expect(second.zeroUnixNs - first.zeroUnixNs).toBe(40n * MS);
    expect(second.end()).toMatchObject({ step_ns: 0 });
    expect(first.end()).toMatchObject({ step_ns: 40e6 });
  });

  test('has not been set by what happened while nobody watched', () => {
    const first = watch.begin();
    first.end();
    kernel.realtime += 40n * MS;
    const second = watch.begin();
    expect(second.zeroUnixNs - first.zeroUnixNs).toBeGreaterThan(39n * MS);
    expect(second.end()).toMatchObject({ step_ns: 0 });
  });

  test('is as exact as the system ever said while the activity ran, at worst', () => {
    const sight = watch.begin();
    kernel.timex = timex(9000, 0, 0x40);
    watch.look();
    kernel.timex = timex(10, 5);
    expect(sight.end()).toMatchObject({ synchronised: false, max_error_ns: 9_000_000, est_error_ns: 0 });
    expect(watch.begin().end()).toMatchObject({ synchronised: true, max_error_ns: 10_000 });
  });

  test('is not known to be synchronised where the system does not say', () => {
    kernel.timex = 1;
    expect(watch.begin().end()).toMatchObject({ source: 'user', synchronised: null, max_error_ns: null, step_ns: 0 });
  });

  test('is known to half a millisecond and more without the kernel', () => {
    const fact = new ClockWatch({ missing: 'none here' }).begin().end();
    expect(fact).toMatchObject({ source: 'user', synchronised: null, why: 'none here' });
    expect(fact['pair_error_ns']).toBeGreaterThan(500_000);
  });
});
