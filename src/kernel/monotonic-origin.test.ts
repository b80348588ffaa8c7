import { expect, it } from 'vitest';
import { monotonicOrigin } from './monotonic-origin.ts';

it('tells where a clock has its 0 on the monotonic clock', () => {
  const zero = process.hrtime.bigint() - 5_000_000_000n;
  let readings = 0n;
  // A clock that is read twice, each time at the very moment that it tells.
  const now = () => {
    readings += 1n;
    return Number(process.hrtime.bigint() - zero);
  };
  const before = process.hrtime.bigint();
  const { originNs, errorNs } = monotonicOrigin(now);
  const took = process.hrtime.bigint() - before;
  const off = originNs > zero ? originNs - zero : zero - originNs;
  expect(readings).toBeGreaterThan(1n);
  expect(off).toBeLessThanOrEqual(took / readings);
  expect(off).toBeLessThanOrEqual(BigInt(errorNs));
});
