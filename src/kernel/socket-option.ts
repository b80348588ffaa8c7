import { NetprobeError } from '../contract/error.ts';
import type { Missing } from './missing.ts';
import { errnoName, type Kernel } from './native.ts';

/** A socket option: its level and name in numbers, as in the system's headers, and what to call it in messages. */
export interface SocketOption {
  level: number;
  name: number;
  words: string;
}

/** The bytes of an option, at most `most` of them and as many as the kernel gives; or why there are none. */
export function getOption(
  kernel: Kernel,
  descriptor: number,
  option: SocketOption,
  most: number,
): Uint8Array | Missing {
  const bytes = new Uint8Array(most);
  const length = new Uint32Array([most]);
  const failed = kernel.getsockopt(descriptor, option.level, option.name, bytes, new Uint8Array(length.buffer)) !== 0;
  if (failed) return { missing: `${option.words} cannot be read: ${errnoName(kernel.errno())}` };
  return bytes.subarray(0, length[0]);
}

/** An option that is a C int; some answer in a single byte. */
export function getNumber(kernel: Kernel, descriptor: number, option: SocketOption): { value: number } | Missing {
  const bytes = getOption(kernel, descriptor, option, 4);
  if ('missing' in bytes) return bytes;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return { value: bytes.byteLength < 4 ? view.getUint8(0) : view.getInt32(0, true) };
}

/** Sets an option that is a C int. Throws NETPROBE_LOCAL_RESOURCES with the kernel's reason when it is refused. */
export function setNumber(kernel: Kernel, descriptor: number, option: SocketOption, value: number): void {
  setOption(kernel, descriptor, option, new Uint8Array(new Int32Array([value]).buffer), String(value));
}

/** Sets an option to these bytes, called `words` in the error when the kernel refuses it. */
export function setOption(kernel: Kernel, descriptor: number, option: SocketOption, value: Uint8Array, words: string) {
  if (kernel.setsockopt(descriptor, option.level, option.name, value, value.byteLength) === 0) return;
  throw notSet(option, words, errnoName(kernel.errno()));
}

/** The error for an option that does not stand as it was wanted. */
export function notSet(option: SocketOption, wanted: string, found: string): NetprobeError {
  return new NetprobeError('NETPROBE_LOCAL_RESOURCES', `the kernel does not set ${option.words} of a socket`, {
    expected: wanted,
    found,
  });
}
