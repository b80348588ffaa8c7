import type dgram from 'node:dgram';
import { descriptorOf } from './descriptor.ts';
import { isMissing, type Missing } from './missing.ts';
import { errnoName, type Kernel } from './native.ts';

const AF_INET = 2;
const AF_INET6 = 10;
const MSG_DONTWAIT = 0x40;
const MSG_NOSIGNAL = 0x4000;

/**
 * Hands a packet to the kernel at once: to `to` (`socketAddress`), else to the address that the socket is connected to.
 * Gives 0, or the errno of what kept it from going out.
 */
export type SendNow = (packet: Uint8Array, to?: Uint8Array) => number;

/**
 * Sends of an open, bound UDP socket by the system call itself. Node's own way to it takes as long again as the kernel
 * takes to send, and what lies between a packet's stamp and its leaving is an error of every round trip. Undefined where
 * the kernel is not at hand. Not to be called once the socket is being closed.
 */
export function sendNow(kernel: Kernel | Missing, socket: dgram.Socket): SendNow | undefined {
  const descriptor = descriptorOf(socket);
  if (isMissing(kernel) || descriptor === undefined) return undefined;
  const flags = MSG_DONTWAIT | MSG_NOSIGNAL;
  return (packet, to) => {
    const sent = kernel.sendto(descriptor, packet, packet.byteLength, flags, to ?? null, to?.byteLength ?? 0);
    return sent < 0 ? kernel.errno() : 0;
  };
}

/** An errno as Node's own sends report it. */
export function sendError(errno: number): NodeJS.ErrnoException {
  const code = errnoName(errno);
  return Object.assign(new Error(`send ${code}`), { code, errno: -errno, syscall: 'send' });
}

/** An IP address and port as the kernel takes them (`sockaddr_in`, `sockaddr_in6`). Undefined for a scoped address, or none. */
export function socketAddress(kernel: Kernel, address: string, port: number): Uint8Array | undefined {
  const isV6 = address.includes(':');
  const bytes = new Uint8Array(isV6 ? 28 : 16);
  const view = new DataView(bytes.buffer);
  new Uint16Array(bytes.buffer)[0] = isV6 ? AF_INET6 : AF_INET;
  view.setUint16(2, port);
  const into = isV6 ? bytes.subarray(8, 24) : bytes.subarray(4, 8);
  return kernel.inet_pton(isV6 ? AF_INET6 : AF_INET, address, into) === 1 ? bytes : undefined;
}
