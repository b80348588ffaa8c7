import { isMissing, type Missing } from './missing.ts';
import type { Kernel } from './native.ts';
import { getNumber, getOption, notSet, type SocketOption, setOption } from './socket-option.ts';

const TCP_MAXSEG: SocketOption = { level: 6, name: 2, words: 'TCP_MAXSEG' };
const TCP_CONGESTION: SocketOption = { level: 6, name: 13, words: 'TCP_CONGESTION' };
/** TCP_CA_NAME_MAX of the kernel, with the closing zero. */
const NAME_BYTES = 16;

/** The congestion control of a TCP socket, as the kernel names it: cubic, bbr, reno … */
export function getCongestionControl(kernel: Kernel, descriptor: number): { value: string } | Missing {
  const bytes = getOption(kernel, descriptor, TCP_CONGESTION, NAME_BYTES);
  if (isMissing(bytes)) return bytes;
  const end = bytes.indexOf(0);
  return { value: Buffer.from(end < 0 ? bytes : bytes.subarray(0, end)).toString('latin1') };
}

/**
 * Sets the congestion control of a TCP socket, from now on, and reads it back. Throws NETPROBE_LOCAL_RESOURCES when the
 * kernel does not have it (ENOENT) or does not allow it to this user (EPERM).
 */
export function setCongestionControl(kernel: Kernel, descriptor: number, name: string): void {
  setOption(kernel, descriptor, TCP_CONGESTION, Buffer.from(name, 'latin1'), name);
  const found = getCongestionControl(kernel, descriptor);
  if (isMissing(found) || found.value !== name)
    throw notSet(TCP_CONGESTION, name, isMissing(found) ? found.missing : found.value);
}

/** The largest segment, in payload bytes, that a connected TCP socket sends at present (TCP_MAXSEG). */
export function getMaxSegmentBytes(kernel: Kernel, descriptor: number): { value: number } | Missing {
  return getNumber(kernel, descriptor, TCP_MAXSEG);
}
