import { readU16, readU32, writeU16 } from './bytes.ts';

/**
 * What follows a base packet (RFC 8972, section 4): flags (1 byte), type (1), length of the value (2), value. They are
 * walked by offsets, without objects:
 *
 *     for (let at = base, next = 0; at < end && (next = nextTlv(packet, at)) > 0; at = next) …
 */
export const TLV_HEADER_BYTES = 4;

/** Flags. U: the reflector did not understand it (senders set it). M: malformed. I: the HMAC was wrong. */
export const UNRECOGNISED = 0x80;
export const MALFORMED = 0x40;
export const INTEGRITY_FAILED = 0x20;

export const EXTRA_PADDING = 1;
const CLASS_OF_SERVICE = 4;
const DIRECT_MEASUREMENT = 5;
export const HMAC = 8;
/**
 * Our own: the responder's token (8 bytes), which it gave to whom it measures with, and a nonce (8 random bytes). The
 * type is of the range for experimental use, 240–251: in the one for private use, 252–254, a value has to begin with
 * its owner's enterprise number (RFC 8972, sections 4 and 5.1).
 */
export const PROOF = 250;

/** Bytes of a token, and of a nonce. */
export const TOKEN_BYTES = 8;
export const NONCE_BYTES = 8;
export const PROOF_BYTES = TOKEN_BYTES + NONCE_BYTES;

/** A TLV's first four bytes as one number. */
export function tlvHeader(flags: number, type: number, length: number): number {
  return ((flags << 24) | (type << 16) | length) >>> 0;
}

export function writeTlvHeader(packet: Uint8Array, at: number, flags: number, type: number, length: number): void {
  packet[at] = flags;
  packet[at + 1] = type;
  writeU16(packet, at + 2, length);
}

export function tlvType(packet: Uint8Array, at: number): number {
  return packet[at + 1] ?? 0;
}

export function tlvLength(packet: Uint8Array, at: number): number {
  return readU16(packet, at + 2);
}

/** Where the TLV at `at` ends; 0 when its header or its value reaches beyond the packet. */
export function nextTlv(packet: Uint8Array, at: number): number {
  const next = at + TLV_HEADER_BYTES + tlvLength(packet, at);
  return at + TLV_HEADER_BYTES <= packet.length && next <= packet.length ? next : 0;
}

/**
 * Four zero bytes are no TLV (type 0 is reserved and a sender sets U): from there on a packet is padded as before
 * RFC 8972.
 */
export function isZeroPadding(packet: Uint8Array, at: number): boolean {
  return readU32(packet, at) === 0;
}

/** Whether a value of a type that is listed here has the length that its definition demands. */
export function isLengthValid(type: number, length: number): boolean {
  switch (type) {
    case CLASS_OF_SERVICE:
      return length === 4;
    case DIRECT_MEASUREMENT:
      return length === 12;
    case HMAC:
    case PROOF:
      return length === 16;
    default:
      return true;
  }
}

/** Where the first well-formed TLV of a type begins; 0 when there is none before the end or the first malformed one. */
export function findTlv(packet: Uint8Array, base: number, type: number): number {
  for (let at = base; at < packet.length && !isZeroPadding(packet, at); ) {
    const next = nextTlv(packet, at);
    if (next === 0) return 0;
    if (tlvType(packet, at) === type) return isLengthValid(type, tlvLength(packet, at)) ? at : 0;
    at = next;
  }
  return 0;
}
