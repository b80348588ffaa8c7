import { randomFillSync } from 'node:crypto';
import { HMAC_BYTES, isBaseAuthentic, signBase } from './authentication.ts';
import { copyBytes, readU16, readU32, sameBytes, writeU32 } from './bytes.ts';
import { BASE_BYTES, REFLECTOR, REPLY_MIN_BYTES, SENDER } from './fields.ts';
import type { Session } from './session.ts';
import { writeNtp } from './timestamp.ts';
import { findTlv, HMAC, NONCE_BYTES, PROOF, PROOF_BYTES, TLV_HEADER_BYTES, tlvHeader } from './tlv.ts';
import { isHmacTlvRight, signTlvs } from './tlv-hmac.ts';

/** Random bytes for many requests at a time. */
const pool = Buffer.alloc(8 * 1024);
let used = pool.length;

function drawRandom(packet: Uint8Array, at: number, length: number): void {
  if (used + length > pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  copyBytes(pool, used, packet, at, length);
  used += length;
}

/** Where the lowest 16 bits of a timestamp's fraction stand. */
const LOW_BITS = 6;

/**
 * Writes a request but for its time: to be called before its send time is taken. `buffer` has the session's size and may
 * hold anything; the sequence number counts modulo 2^32.
 */
export function prepareRequest(buffer: Uint8Array, session: Session, sequence: number): void {
  const { layout, key, template } = session;
  buffer.set(template);
  writeU32(buffer, SENDER[layout.mode].sequence, sequence);
  drawRandom(buffer, SENDER[layout.mode].timestamp + LOW_BITS, 2);
  drawRandom(buffer, layout.nonce, NONCE_BYTES);
  if (key !== undefined && layout.hmac !== null) signTlvs(buffer, layout.proof, layout.hmac, key);
}

/** Writes T1 into a prepared request, moved by less than RANDOM_BITS_NS at random, and signs it: right before it is sent. */
export function stampRequest(buffer: Uint8Array, session: Session, unixSeconds: number, nanoseconds: number): void {
  const at = SENDER[session.layout.mode].timestamp;
  writeNtp(buffer, at, unixSeconds, nanoseconds, readU16(buffer, at + LOW_BITS));
  if (session.key !== undefined) signBase(buffer, session.key);
}

/** Both at once, for whom the time of writing does not matter. */
export function writeRequest(
  buffer: Uint8Array,
  session: Session,
  sequence: number,
  unixSeconds: number,
  nanoseconds: number,
): void {
  prepareRequest(buffer, session, sequence);
  stampRequest(buffer, session, unixSeconds, nanoseconds);
}

/**
 * What a reply is, seen beside the request whose sequence number it echoes:
 * `match`: it answers that request, and was made after it was seen;
 * `oversized`: longer than the request; `truncated`: shorter than a reply to it is;
 * `not-stamp`: it echoes neither the sequence number nor T1;
 * `unauthenticated`: the HMAC of its base packet or of its TLVs is wrong;
 * `forged`: something that the request bore is not echoed.
 */
export type ReplyVerdict = 'match' | 'oversized' | 'truncated' | 'not-stamp' | 'unauthenticated' | 'forged';

/**
 * Judges a reply. A responder of ours echoes all of the request, a foreign reflector perhaps its base packet only (RFC
 * 8762): there, what follows may be missing, cut or zeroed, the session identifier too, and the nonce is looked at only
 * where it came back. Its HMAC TLV is not: it may be the request's, copied, and all that is used stands in the base packet.
 */
export function matchReply(
  session: Session,
  request: Uint8Array,
  reply: Uint8Array,
  peer: 'ours' | 'foreign' = 'ours',
): ReplyVerdict {
  const { mode } = session.layout;
  if (reply.length > request.length) return 'oversized';
  if (reply.length < (peer === 'ours' ? request.length : REPLY_MIN_BYTES[mode])) return 'truncated';
  const ask = SENDER[mode];
  const answer = REFLECTOR[mode];
  const sequence = readU32(request, ask.sequence) === readU32(reply, answer.senderSequence);
  const timestamp = sameBytes(request, ask.timestamp, reply, answer.senderTimestamp, 8);
  if (!sequence && !timestamp) return 'not-stamp';
  if (!isAuthentic(session, reply, peer)) return 'unauthenticated';
  const estimate = readU16(request, ask.errorEstimate) === readU16(reply, answer.senderErrorEstimate);
  const ssid = readU16(reply, answer.ssid);
  const known = ssid === session.ssid || (peer === 'foreign' && ssid === 0);
  const proved = peer === 'ours' ? isProofEchoed(session, request, reply) : isProofRight(session, request, reply);
  return sequence && timestamp && estimate && known && proved ? 'match' : 'forged';
}

const OUR_HMAC_HEADER = tlvHeader(0, HMAC, HMAC_BYTES);
const OUR_PROOF_HEADER = tlvHeader(0, PROOF, PROOF_BYTES);

function isAuthentic({ layout, key }: Session, reply: Uint8Array, peer: 'ours' | 'foreign'): boolean {
  if (key === undefined || layout.hmac === null) return true;
  if (!isBaseAuthentic(reply, key)) return false;
  if (peer === 'foreign') return true;
  return readU32(reply, layout.hmac) === OUR_HMAC_HEADER && isHmacTlvRight(reply, layout.proof, layout.hmac, key);
}

function isProofEchoed({ layout }: Session, request: Uint8Array, reply: Uint8Array): boolean {
  if (readU32(reply, layout.proof) !== OUR_PROOF_HEADER) return false;
  return sameBytes(request, layout.token, reply, layout.token, PROOF_BYTES);
}

function isProofRight({ layout }: Session, request: Uint8Array, reply: Uint8Array): boolean {
  const at = findTlv(reply, BASE_BYTES[layout.mode], PROOF);
  return at === 0 || sameBytes(request, layout.token, reply, at + TLV_HEADER_BYTES, PROOF_BYTES);
}
