import {
  EXTRA_PADDING,
  HMAC,
  INTEGRITY_FAILED,
  isLengthValid,
  isZeroPadding,
  MALFORMED,
  nextTlv,
  PROOF,
  tlvLength,
  tlvType,
  UNRECOGNISED,
} from './tlv.ts';

/**
 * What our responder understands: what it has to copy, and what it fills. It cannot see the DSCP and ECN with which a
 * packet came, and keeps no counts for a stranger, so class of service and direct measurement go back as not understood.
 */
export const UNDERSTOOD: ReadonlySet<number> = new Set([EXTRA_PADDING, HMAC, PROOF]);

/**
 * Copies a request into a reply, which has room for it, with the flags that a reflector sets on TLVs (RFC 8972, section
 * 4): U on types that it does not know, M on the first malformed TLV, behind which all stays as it was, I on every TLV
 * when `integrityFailed`. Padding of zeros and no TLVs stays as it is. The base packet is to be written over the copy.
 */
export function reflectTlvs(
  request: Uint8Array,
  reply: Uint8Array,
  base: number,
  known: ReadonlySet<number>,
  integrityFailed: boolean,
): void {
  reply.set(request);
  const integrity = integrityFailed ? INTEGRITY_FAILED : 0;
  for (let at = base; at < request.length && !isZeroPadding(request, at); ) {
    const type = tlvType(request, at);
    const next = nextTlv(request, at);
    const malformed = next === 0 || !isLengthValid(type, tlvLength(request, at));
    reply[at] = (known.has(type) ? 0 : UNRECOGNISED) | (malformed ? MALFORMED : 0) | integrity;
    if (malformed) return;
    at = next;
  }
}
