import type { KeyObject } from 'node:crypto';
import { HMAC_BYTES, isBaseAuthentic, signBase } from './authentication.ts';
import { readU16, readU32 } from './bytes.ts';
import { BASE_BYTES, SENDER, type StampMode } from './fields.ts';
import type { Layout } from './layout.ts';
import { reflectTlvs, UNDERSTOOD } from './reflect-tlvs.ts';
import { encodeReflector, type ReflectorFields } from './reflector.ts';
import { findTlv, HMAC, PROOF, PROOF_BYTES, tlvHeader, UNRECOGNISED } from './tlv.ts';
import { areTlvsAuthentic, isHmacTlvRight, signTlvs } from './tlv-hmac.ts';

/** What a responder knows of a session. */
export interface Reflecting {
  layout: Layout;
  ssid: number;
  /** In authenticated mode. */
  key: KeyObject | undefined;
}

/**
 * What a datagram is to a responder of ours; only a `request` is answered:
 * `truncated` and `oversized`: not of the session's size; `not-stamp`: no PROOF TLV where it should be;
 * `other-session`: another session identifier; `unauthenticated`: an HMAC is wrong.
 */
export type RequestVerdict = 'request' | 'truncated' | 'oversized' | 'not-stamp' | 'other-session' | 'unauthenticated';

const PROOF_HEADER = tlvHeader(UNRECOGNISED, PROOF, PROOF_BYTES);
const HMAC_HEADER = tlvHeader(UNRECOGNISED, HMAC, HMAC_BYTES);

/** Judges a datagram; that its token, at `layout.token`, is the source's is for whoever gave it out to see. */
export function checkRequest({ layout, ssid, key }: Reflecting, request: Uint8Array): RequestVerdict {
  if (request.length < layout.size) return 'truncated';
  if (request.length > layout.size) return 'oversized';
  if (readU32(request, layout.proof) !== PROOF_HEADER) return 'not-stamp';
  if (readU16(request, SENDER[layout.mode].ssid) !== ssid) return 'other-session';
  if (key === undefined || layout.hmac === null) return 'request';
  const signed = readU32(request, layout.hmac) === HMAC_HEADER && isBaseAuthentic(request, key);
  return signed && isHmacTlvRight(request, layout.proof, layout.hmac, key) ? 'request' : 'unauthenticated';
}

/**
 * Writes the reply to a request into `reply`, other memory of at least the request's length, and gives its length: the
 * request's, never more. 0 when either is too short. For a stranger's request, whose TLVs nobody has checked, it is told
 * `unchecked`; its base packet's HMAC is to be checked before in any case.
 */
export function writeReply(
  { layout, key }: { layout: { mode: StampMode }; key: KeyObject | undefined },
  request: Uint8Array,
  reply: Uint8Array,
  fields: ReflectorFields,
  tlvs: 'checked' | 'unchecked' = 'checked',
): number {
  const { mode } = layout;
  const base = BASE_BYTES[mode];
  const { length } = request;
  if (length < base || reply.length < length) return 0;
  const failed = key !== undefined && tlvs === 'unchecked' && !areTlvsAuthentic(request, base, key);
  reflectTlvs(request, reply, base, UNDERSTOOD, failed);
  encodeReflector(reply, request, mode, fields);
  if (key === undefined) return length;
  const hmac = findTlv(request, base, HMAC);
  if (hmac !== 0 && !failed) signTlvs(reply, base, hmac, key);
  signBase(reply, key);
  return length;
}
