import type dgram from 'node:dgram';
import type { Ns } from '../contract/records.ts';
import { descriptorOf } from '../kernel/descriptor.ts';
import { isMissing, type Missing } from '../kernel/missing.ts';
import { monotonicOrigin } from '../kernel/monotonic-origin.ts';
import type { Kernel } from '../kernel/native.ts';
import { stampReceives } from '../kernel/receive-stamp.ts';

/**
 * The kernel's receive time of the packet whose callback runs, on the clock `now`; null where it cannot be trusted. `at`
 * is the callback's own stamp.
 */
export type Stamper = (at: Ns) => Ns | null;

/** Kernel stamps of an open UDP socket; undefined where the system does not give them. */
export function stamperOf(socket: dgram.Socket, now: () => Ns, kernel: Kernel | Missing): Stamper | undefined {
  const descriptor = descriptorOf(socket);
  if (isMissing(kernel) || descriptor === undefined) return undefined;
  const stamps = stampReceives(kernel, descriptor, monotonicOrigin(now).originNs);
  return isMissing(stamps) ? undefined : stamps.take;
}
