// biome-ignore-all lint/style/noRestrictedImports: tests may use what test/support builds.
import { beforeEach, describe, expect, it } from 'vitest';
import { FakeKernel } from '../../test/support/fake-kernel.ts';
import { isMissing } from './missing.ts';
import { type ReceiveStamps, stampReceives } from './receive-stamp.ts';

/** The caller's clock began 5 s before the test. */
const BEGAN_BEFORE = 5_000_000_000n;
const MS = 1_000_000n;

let kernel: FakeKernel;
let origin: bigint;
let stamps: ReceiveStamps;
beforeEach(() => {
  kernel = new FakeKernel();
  origin = kernel.monotonic - BEGAN_BEFORE;
  const started = stampReceives(kernel, 3, origin);
  if (isMissing(started)) throw new Error(started.missing);
  stamps = started;
});

const now = () => Number(kernel.monotonic - origin);

/** A packet comes and waits; then its event runs. */
function arrives(waits: bigint): { received: number; taken: number | null } {
  const received = now();
  kernel.stamp = kernel.realtime;
  kernel.pass(waits);
  return { received, taken: stamps.take(now()) };
}

describe('a receive stamp', () => {
  it('is the time of arrival on the caller’s clock, however long the packet waited', () => {
    for (const waits of [30_000n, 40n * MS, 999n * MS]) {
      const { received, taken } = arrives(waits);
      expect(taken).toBe(received);
    }
    expect(stamps.counts).toEqual({ given: 3, unstamped: 0, repeated: 0, tooOld: 0, clockSet: 0, failed: 0 });
  });

  it('stays right over months', () => {
    kernel.pass(100n * 86_400_000n * MS);
    const { received, taken } = arrives(1n * MS);
    expect(taken).toBe(received);
  });

  it('is refused when the kernel makes up the time of asking', () => {
    kernel.stamp = 'now';
    expect(stamps.take(now())).toBeNull();
    expect(stamps.counts.unstamped).toBe(1);
  });

  it('is refused when it is not surely older than the event', () => {
    expect(arrives(99n).taken).toBeNull();
    expect(arrives(101n).taken).not.toBeNull();
    expect(stamps.counts).toMatchObject({ given: 1, unstamped: 1 });
  });

  it('is refused when it is the one before', () => {
    arrives(1n * MS);
    expect(stamps.take(now())).toBeNull();
    expect(stamps.counts).toMatchObject({ given: 1, repeated: 1 });
  });

  it('is refused when the packet lay there for more than a second', () => {
    expect(arrives(1001n * MS).taken).toBeNull();
    expect(stamps.counts.tooOld).toBe(1);
  });

  it.each([
    ['forward', 10n * MS],
    ['back', -10n * MS],
  ])('is refused for a second after wall time was set %s', (_, step) => {
    kernel.stamp = kernel.realtime;
    kernel.realtime += step;
    kernel.pass(20n * MS);
    expect(stamps.take(now())).toBeNull();
    kernel.pass(970n * MS);
    expect(arrives(1n * MS).taken).toBeNull();
    kernel.pass(40n * MS);
    const { received, taken } = arrives(1n * MS);
    expect(taken).toBe(received);
    expect(stamps.counts).toMatchObject({ given: 1, clockSet: 2 });
  });

  it('is refused when the kernel fails', () => {
    kernel.stamp = { errno: 9 };
    expect(stamps.take(now())).toBeNull();
    kernel.stamp = kernel.realtime;
    kernel.clockFails = true;
    expect(stamps.take(now())).toBeNull();
    expect(stamps.counts).toMatchObject({ given: 0, failed: 2 });
  });
});

describe('receives are not stamped', () => {
  it('where the kernel refuses to', () => {
    kernel.stamp = { errno: 25 };
    expect(stampReceives(kernel, 3, origin)).toEqual({ missing: 'the kernel gives no receive times: ENOTTY' });
  });

  it('where the clocks cannot be paired', () => {
    kernel.clockFails = true;
    expect(isMissing(stampReceives(kernel, 3, origin))).toBe(true);
  });
});
