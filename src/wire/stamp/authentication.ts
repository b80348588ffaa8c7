import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from 'node:crypto';
import { NetprobeError } from '../../contract/error.ts';

/** STAMP truncates HMAC-SHA-256 to 128 bits (RFC 8762, section 4.4). */
export const HMAC_BYTES = 16;
/** An authenticated base packet's HMAC covers all that stands before it. */
const BASE_HMAC = 96;

/**
 * The key of an authenticated session: 32 secret bytes between two of us, as many as a foreign reflector was given
 * otherwise (RFC 8762 sets no length). Throws NETPROBE_USAGE for an empty one.
 */
export function stampKey(secret: Uint8Array): KeyObject {
  if (secret.length > 0) return createSecretKey(secret);
  throw new NetprobeError('NETPROBE_USAGE', 'an empty STAMP key', { expected: '32 secret bytes' });
}

/** Signs an authenticated base packet, of a sender or of a reflector. */
export function signBase(packet: Uint8Array, key: KeyObject): void {
  packet.set(truncatedHmac(key, packet.subarray(0, BASE_HMAC)), BASE_HMAC);
}

/** Whether an authenticated base packet's HMAC is right; a packet too short to have one is just wrong. */
export function isBaseAuthentic(packet: Uint8Array, key: KeyObject): boolean {
  return isHmacAt(packet, BASE_HMAC, truncatedHmac(key, packet.subarray(0, BASE_HMAC)));
}

/** HMAC-SHA-256 over the parts, truncated to 16 bytes. */
export function truncatedHmac(key: KeyObject, first: Uint8Array, second?: Uint8Array): Uint8Array {
  const hmac = createHmac('sha256', key).update(first);
  if (second !== undefined) hmac.update(second);
  return hmac.digest().subarray(0, HMAC_BYTES);
}

/** Whether these 16 bytes stand at this place; compared in constant time. */
export function isHmacAt(packet: Uint8Array, at: number, expected: Uint8Array): boolean {
  const found = packet.subarray(at, at + HMAC_BYTES);
  return found.length === HMAC_BYTES && timingSafeEqual(found, expected);
}
