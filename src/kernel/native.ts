import os from 'node:os';
import type { Missing } from './missing.ts';

/**
 * The system calls that this room makes. They return what the C library does: −1 on failure, `errno` then
 * says why. The byte layouts that go with them (`x64` and `arm64` are alike) are drawn where they are used.
 */
export interface Kernel {
  ioctl(descriptor: number, request: number, into: Uint8Array): number;
  getsockopt(descriptor: number, level: number, name: number, into: Uint8Array, length: Uint8Array): number;
  setsockopt(descriptor: number, level: number, name: number, value: Uint8Array, length: number): number;
  clock_gettime(clock: number, into: Uint8Array): number;
  adjtimex(into: Uint8Array): number;
  sendto(
    descriptor: number,
    bytes: Uint8Array,
    length: number,
    flags: number,
    to: Uint8Array | null,
    toLength: number,
  ): number;
  flock(descriptor: number, operation: number): number;
  /** 1 when the text is an address of this family. */
  inet_pton(family: number, text: string, into: Uint8Array): number;
  /** Why the call just before failed, as in errno.h. */
  errno(): number;
}

/** Where this process runs, for the sake of tests. */
export interface Whereabouts {
  platform: string;
  arch: string;
  /** The value of NETPROBE_KERNEL. */
  setting: string | undefined;
  load(): Promise<Library>;
}

interface Library {
  load(path: null): { func(definition: string): unknown };
  errno(): number;
}

const here: Whereabouts = {
  platform: process.platform,
  arch: process.arch,
  setting: process.env['NETPROBE_KERNEL'],
  load: async () => (await import('koffi')).default,
};

let opened: Promise<Kernel | Missing> | undefined;

/**
 * The kernel's own view, or why there is none: no Linux, no koffi (an optional dependency), or NETPROBE_KERNEL=off.
 * Never rejects. Loads once for each thread, and only when asked: it takes some 10 ms and 4 MB.
 */
export function openKernel(): Promise<Kernel | Missing> {
  opened ??= openKernelFrom(here);
  return opened;
}

/** `openKernel` for a given place, and without remembering. */
export async function openKernelFrom({ platform, arch, setting, load }: Whereabouts): Promise<Kernel | Missing> {
  if (setting === 'off') return { missing: 'turned off by NETPROBE_KERNEL=off' };
  if (platform !== 'linux') return { missing: `the kernel is asked on Linux only, this is ${platform}` };
  if (arch !== 'x64' && arch !== 'arm64') return { missing: `no layouts for ${arch}, only for x64 and arm64` };
  try {
    return declare(await load());
  } catch (error) {
    return { missing: whyNotLoaded(error) };
  }
}

function declare(library: Library): Kernel {
  const c = library.load(null);
  return {
    // The request is an unsigned long on glibc and an int on musl; all that are used fit both.
    ioctl: c.func('int ioctl(int descriptor, unsigned long request, void *into)') as Kernel['ioctl'],
    getsockopt: c.func(
      'int getsockopt(int descriptor, int level, int name, void *into, void *length)',
    ) as Kernel['getsockopt'],
    setsockopt: c.func(
      'int setsockopt(int descriptor, int level, int name, void *value, uint32_t length)',
    ) as Kernel['setsockopt'],
    clock_gettime: c.func('int clock_gettime(int clock, void *into)') as Kernel['clock_gettime'],
    adjtimex: c.func('int adjtimex(void *into)') as Kernel['adjtimex'],
    sendto: c.func(
      'int64_t sendto(int descriptor, void *bytes, size_t length, int flags, void *to, uint32_t toLength)',
    ) as Kernel['sendto'],
    flock: c.func('int flock(int descriptor, int operation)') as Kernel['flock'],
    inet_pton: c.func('int inet_pton(int family, const char *text, void *into)') as Kernel['inet_pton'],
    errno: () => library.errno(),
  };
}

function whyNotLoaded(error: unknown): string {
  if (error instanceof Error && (error as NodeJS.ErrnoException).code === 'ERR_MODULE_NOT_FOUND')
    return 'the optional dependency koffi is not installed';
  return `koffi did not load: ${error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)}`;
}

/** The name of an errno, as in EPERM; its number when Node knows none. */
export function errnoName(errno: number): string {
  const known = Object.entries(os.constants.errno).find(([, number]) => number === errno);
  return known?.[0] ?? `errno ${errno}`;
}
