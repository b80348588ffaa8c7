import type { Kernel } from '../../src/kernel/native.ts';

const CLOCK_REALTIME = 0;
const EAGAIN = 11;

/** A kernel in virtual time: each call takes 100 ns, and the test says what it answers. */
export class FakeKernel implements Kernel {
  /** Both in ns; 100 days after 1970 and 30 after the start, so that whole seconds count. */
  realtime = 100n * 86_400_000_000_000n + 250_000_000n;
  monotonic = 30n * 86_400_000_000_000n + 750_000_000n;
  callNs = 100n;
  /** What ioctl(SIOCGSTAMPNS) gives: a time, the time of the call ('now'), or an errno. */
  stamp: bigint | 'now' | { errno: number } = { errno: 2 };
  clockFails = false;
  /** Socket options by `level/name`, as bytes; a number is the errno that reading gives. */
  options = new Map<string, Uint8Array | number>();
  /** What setting an option does; by default it is kept. */
  set: (key: string, value: Uint8Array) => number = (key, value) => {
    this.options.set(key, Uint8Array.from(value));
    return 0;
  };
  timex: Uint8Array | number = 1;
  #errno = 0;

  pass(ns: bigint): void {
    this.realtime += ns;
    this.monotonic += ns;
  }

  ioctl(_descriptor: number, _request: number, into: Uint8Array): number {
    this.pass(this.callNs);
    if (typeof this.stamp === 'object') return this.#fail(this.stamp.errno);
    writeTimespec(into, this.stamp === 'now' ? this.realtime : this.stamp);
    return 0;
  }

  clock_gettime(clock: number, into: Uint8Array): number {
    this.pass(this.callNs);
    if (this.clockFails) return this.#fail(1);
    writeTimespec(into, clock === CLOCK_REALTIME ? this.realtime : this.monotonic);
    return 0;
  }

  getsockopt(_descriptor: number, level: number, name: number, into: Uint8Array, length: Uint8Array): number {
    const value = this.options.get(`${level}/${name}`) ?? 92;
    if (typeof value === 'number') return this.#fail(value);
    into.set(value.subarray(0, into.length));
    new DataView(length.buffer).setUint32(0, Math.min(value.length, into.length), true);
    return 0;
  }

  setsockopt(_descriptor: number, level: number, name: number, value: Uint8Array, length: number): number {
    const errno = this.set(`${level}/${name}`, value.subarray(0, length));
    return errno === 0 ? 0 : this.#fail(errno);
  }

  adjtimex(into: Uint8Array): number {
    if (typeof this.timex === 'number') return this.#fail(this.timex);
    into.set(this.timex);
    return 0;
  }

  sendto(): number {
    return this.#fail(EAGAIN);
  }

  flock(): number {
    return this.#fail(EAGAIN);
  }

  inet_pton(): number {
    return 0;
  }

  errno(): number {
    return this.#errno;
  }

  #fail(errno: number): number {
    this.#errno = errno;
    return -1;
  }
}

function writeTimespec(into: Uint8Array, ns: bigint): void {
  const view = new DataView(into.buffer, into.byteOffset);
  view.setBigInt64(0, ns / 1_000_000_000n, true);
  view.setBigInt64(8, ns % 1_000_000_000n, true);
}
