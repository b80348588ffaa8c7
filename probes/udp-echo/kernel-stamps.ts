import type { SeatRecords } from '../../src/contract/records.ts';
import { isForeign } from './facts.ts';
import type { udpEcho } from './index.ts';

type Seat = SeatRecords<typeof udpEcho.tables>;

/**
 * Of which end every receive stamp is the kernel's. A foreign reflector's error estimate covers its own, whoever made
 * them; of an agent whose record is not whole, nobody knows.
 */
export function kernelStamps(initiator: Seat, responder: Seat | undefined): { near: boolean; far: boolean } {
  const { received, kernel } = initiator.rows.reply;
  return {
    // A kernel's stamp that is later than this process's own is not used.
    near: kernel.every((at, p) => at <= (received[p] as number)),
    far: isForeign(initiator.facts) || allStamped(responder),
  };
}

function allStamped(responder: Seat | undefined): boolean {
  if (responder?.close?.status !== 'completed') return false;
  return responder.rows.reflect.kernel.every((at) => !Number.isNaN(at));
}
