import os from 'node:os';
import { describe, expect, it } from 'vitest';
import { isMissing } from './missing.ts';
import { errnoName, openKernel, openKernelFrom, type Whereabouts } from './native.ts';

function place(more: Partial<Whereabouts> = {}): Whereabouts {
  return {
    platform: 'linux',
    arch: 'x64',
    setting: undefined,
    load: async () => ({ load: () => ({ func: () => () => 0 }), errno: () => 0 }),
    ...more,
  };
}
const failing = (error: unknown) => ({ load: () => Promise.reject(error) });
const notFound = Object.assign(new Error("Cannot find package 'koffi'"), { code: 'ERR_MODULE_NOT_FOUND' });

describe('the kernel is not asked, and a reason given,', () => {
  it.each([
    ['when turned off', place({ setting: 'off' }), 'NETPROBE_KERNEL=off'],
    ['on other systems', place({ platform: 'darwin' }), 'darwin'],
    ['on other processors', place({ arch: 'ia32' }), 'ia32'],
    ['without koffi', place(failing(notFound)), 'not installed'],
    ['when koffi cannot be loaded', place(failing(new Error('no such symbol\nRequire stack'))), /no such symbol$/],
    ['when something odd is thrown', place(failing('odd')), /odd$/],
    [
      'when the C library lacks a function',
      place({
        load: async () => ({
          load: () => ({
            func: () => {
              throw new Error('Cannot find function');
            },
          }),
          errno: () => 0,
        }),
      }),
      'Cannot find function',
    ],
  ])('%s', async (_, where, reason) => {
    expect(await openKernelFrom(where)).toEqual({ missing: expect.stringMatching(reason) });
  });

  it('without loading anything when that would be in vain', async () => {
    const load = () => expect.unreachable();
    for (const more of [{ setting: 'off' }, { platform: 'win32' }, { arch: 'ppc64' }])
      expect(isMissing(await openKernelFrom(place({ ...more, load })))).toBe(true);
  });
});

it('opens once', () => {
  expect(openKernel()).toBe(openKernel());
});

it('names an errno as errno.h does', () => {
  expect([errnoName(os.constants.errno.EPERM), errnoName(123_456)]).toEqual(['EPERM', 'errno 123456']);
});

describe.skipIf(isMissing(await openKernel()))('the kernel of this machine', () => {
  it('tells the time that Node reads as process.hrtime', async () => {
    const kernel = await openKernel();
    if (isMissing(kernel)) throw new Error(kernel.missing);
    const bytes = new BigInt64Array(2);
    const before = process.hrtime.bigint();
    expect(kernel.clock_gettime(1, new Uint8Array(bytes.buffer))).toBe(0);
    const at = (bytes[0] ?? 0n) * 1_000_000_000n + (bytes[1] ?? 0n);
    expect(at).toBeGreaterThanOrEqual(before);
    expect(at).toBeLessThanOrEqual(process.hrtime.bigint());
  });

  it('says why a call failed', async () => {
    const kernel = await openKernel();
    if (isMissing(kernel)) throw new Error(kernel.missing);
    expect(kernel.ioctl(-1, 0x8907, new Uint8Array(16))).toBe(-1);
    expect(errnoName(kernel.errno())).toBe('EBADF');
  });
});
