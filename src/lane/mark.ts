import type dgram from 'node:dgram';
import type net from 'node:net';
import { NetprobeError } from '../contract/error.ts';
import { descriptorOf } from '../kernel/descriptor.ts';
import { setDscp } from '../kernel/dscp.ts';
import { isMissing, type Missing } from '../kernel/missing.ts';
import type { Kernel } from '../kernel/native.ts';

/**
 * Marks what a socket sends with a DSCP. Throws NETPROBE_LOCAL_RESOURCES when that cannot be done: a figure of unmarked
 * packets would pass for one of marked ones.
 */
export function mark(socket: net.Socket | dgram.Socket, dscp: number, kernel: Kernel | Missing): void {
  const descriptor = descriptorOf(socket);
  const why = isMissing(kernel) ? kernel.missing : 'this version of Node does not show the socket';
  if (isMissing(kernel) || descriptor === undefined)
    throw new NetprobeError('NETPROBE_LOCAL_RESOURCES', `packets cannot be marked with DSCP ${dscp} here`, {
      found: why,
      hint: 'measure without the dscp option, or on Linux with koffi installed',
    });
  setDscp(kernel, descriptor, dscp);
}
