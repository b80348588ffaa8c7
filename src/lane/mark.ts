import type dgram from 'node:dgram';
import type net from 'node:net';
import { NetprobeError } from '../contract/error.ts';
import { failureFrom } from '../contract/outcome.ts';
import { descriptorOf } from '../kernel/descriptor.ts';
import { setDscp } from '../kernel/dscp.ts';
import { isMissing, type Missing } from '../kernel/missing.ts';
import type { Kernel } from '../kernel/native.ts';

/** Whose machine is to mark: an agent that answers, or the one that measures. */
type MarkingSide = 'agent' | 'local';

/**
 * Marks what a socket sends with a DSCP. Throws NETPROBE_DSCP_UNSUPPORTED when that cannot be done: a figure of unmarked
 * packets would pass for one of marked ones.
 */
export function mark(
  socket: net.Socket | dgram.Socket,
  dscp: number,
  kernel: Kernel | Missing,
  side: MarkingSide = 'local',
): void {
  checkMarking(dscp, kernel, side);
  const descriptor = descriptorOf(socket);
  if (descriptor === undefined) throw unsupported(dscp, 'this version of Node does not show the socket', side);
  try {
    setDscp(kernel, descriptor, dscp);
  } catch (error) {
    const { message, found } = failureFrom(error, 'the kernel');
    throw unsupported(dscp, found === undefined ? message : `${message} (${found})`, side);
  }
}

/** Throws NETPROBE_DSCP_UNSUPPORTED when this machine marks no socket at all: known before there is one. */
export function checkMarking(dscp: number, kernel: Kernel | Missing, side: MarkingSide): asserts kernel is Kernel {
  if (isMissing(kernel)) throw unsupported(dscp, kernel.missing, side);
}

function unsupported(dscp: number, why: string, side: MarkingSide): NetprobeError {
  const where = side === 'agent' ? 'the agent' : 'this machine';
  return new NetprobeError('NETPROBE_DSCP_UNSUPPORTED', `${where} cannot mark packets with DSCP ${dscp}: ${why}`, {
    origin: side,
    expected: 'Linux, with koffi',
    hint: `leave dscp out, or install the optional dependency koffi on ${where}`,
  });
}
