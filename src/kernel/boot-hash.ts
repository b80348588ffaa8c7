import { createHash } from 'node:crypto';
import type { Fact } from './missing.ts';
import { readLinkName, readText } from './read-text.ts';

/**
 * 16 hex digits that stand for this boot of this machine, and for the time namespace: processes with different ones do not
 * share a monotonic clock. With equal ones they do, unless a virtual machine was copied while it ran: then compare their
 * `ClockOffset`s as well. The boot's id itself cannot be had from it.
 */
export function bootHash(): Fact<string> {
  const boot = readText('/proc/sys/kernel/random/boot_id');
  if (boot.value === null) return boot;
  // Kernels before 5.6 have no time namespaces: all processes of theirs share the clock.
  const namespace = readLinkName('/proc/self/ns/time').value ?? '';
  return { value: createHash('sha256').update(`netprobe ${boot.value} ${namespace}`).digest('hex').slice(0, 16) };
}
