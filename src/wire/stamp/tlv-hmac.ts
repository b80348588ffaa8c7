import type { KeyObject } from 'node:crypto';
import { isHmacAt, truncatedHmac } from './authentication.ts';
import { EXTRA_PADDING, findTlv, HMAC, isZeroPadding, nextTlv, TLV_HEADER_BYTES, tlvType } from './tlv.ts';

/** The base packet's sequence number is its first four bytes, in every kind of packet. */
const SEQUENCE_BYTES = 4;

/** The HMAC over the sequence number and the TLVs from `base` up to the HMAC TLV at `at` (RFC 8972, section 4.8). */
function hmacOverTlvs(packet: Uint8Array, base: number, at: number, key: KeyObject): Uint8Array {
  return truncatedHmac(key, packet.subarray(0, SEQUENCE_BYTES), packet.subarray(base, at));
}

/** Fills the HMAC TLV at `at`, whose header stands already; everything before it must be final. */
export function signTlvs(packet: Uint8Array, base: number, at: number, key: KeyObject): void {
  packet.set(hmacOverTlvs(packet, base, at, key), at + TLV_HEADER_BYTES);
}

/** Whether the HMAC TLV at `at` is right. */
export function isHmacTlvRight(packet: Uint8Array, base: number, at: number, key: KeyObject): boolean {
  return isHmacAt(packet, at + TLV_HEADER_BYTES, hmacOverTlvs(packet, base, at, key));
}

/**
 * Whether an authenticated packet's TLVs, of whatever sender, are as they were sent: an HMAC TLV follows all but padding
 * and is right. Without one only a packet with no TLVs, or with one of padding, is in order (RFC 8972, section 4.8).
 */
export function areTlvsAuthentic(packet: Uint8Array, base: number, key: KeyObject): boolean {
  if (packet.length <= base || isZeroPadding(packet, base)) return true;
  const at = findTlv(packet, base, HMAC);
  if (at === 0) return tlvType(packet, base) === EXTRA_PADDING && endsInPadding(packet, nextTlv(packet, base), 0);
  return endsInPadding(packet, nextTlv(packet, at), Number.POSITIVE_INFINITY) && isHmacTlvRight(packet, base, at, key);
}

/** Whether from `start` on there are at most so many TLVs, all of padding, or zeros. */
function endsInPadding(packet: Uint8Array, start: number, most: number): boolean {
  let left = most;
  for (let at = start; at < packet.length && !isZeroPadding(packet, at); left--) {
    if (at === 0 || left <= 0 || tlvType(packet, at) !== EXTRA_PADDING) return false;
    at = nextTlv(packet, at);
  }
  return start !== 0;
}
