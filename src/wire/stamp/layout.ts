import { NetprobeError } from '../../contract/error.ts';
import { HMAC_BYTES } from './authentication.ts';
import { BASE_BYTES, type StampMode } from './fields.ts';
import { NONCE_BYTES, PROOF_BYTES, TLV_HEADER_BYTES, TOKEN_BYTES } from './tlv.ts';

/**
 * Where the parts of a request of a certain size stand, and of the reply to it:
 *
 *     unauthenticated   base 44 B    PROOF TLV 20 B   [padding TLV]
 *     authenticated     base 112 B   PROOF TLV 20 B   [padding TLV]   HMAC TLV 20 B
 */
export interface Layout {
  mode: StampMode;
  /** Bytes of the whole UDP payload. */
  size: number;
  /** Offset of the first TLV, PROOF: the bytes of the base packet. */
  proof: number;
  token: number;
  nonce: number;
  /** Offset of the padding TLV; null: there is none. */
  padding: number | null;
  /** Offset of the HMAC TLV; null in unauthenticated mode. */
  hmac: number | null;
}

/** UDP over IPv4 carries no more. */
const MAX_PAYLOAD_BYTES = 65_507;

/** The smallest request: 64 bytes unauthenticated, 152 authenticated. */
export function minimumSize(mode: StampMode): number {
  return BASE_BYTES[mode] + TLV_HEADER_BYTES + PROOF_BYTES + hmacBytes(mode);
}

/**
 * Whether a request can have this many bytes: the minimum, or at least 4 more, which a padding TLV takes for its header.
 * A size with 1–3 bytes left over cannot be told in TLVs, and sending another one would be measuring something else.
 */
export function isSizeValid(mode: StampMode, size: number): boolean {
  const spare = size - minimumSize(mode);
  return Number.isInteger(size) && size <= MAX_PAYLOAD_BYTES && (spare === 0 || spare >= TLV_HEADER_BYTES);
}

/** Throws NETPROBE_USAGE for a size that no request can have. */
export function layout(mode: StampMode, size: number): Layout {
  const minimum = minimumSize(mode);
  if (!isSizeValid(mode, size)) {
    throw new NetprobeError('NETPROBE_USAGE', `a STAMP packet (${mode}) cannot have this size`, {
      expected: `${minimum} B, or from ${minimum + TLV_HEADER_BYTES} B to ${MAX_PAYLOAD_BYTES} B`,
      found: `${size} B`,
    });
  }
  const proof = BASE_BYTES[mode];
  const token = proof + TLV_HEADER_BYTES;
  return {
    mode,
    size,
    proof,
    token,
    nonce: token + TOKEN_BYTES,
    padding: size === minimum ? null : token + TOKEN_BYTES + NONCE_BYTES,
    hmac: mode === 'authenticated' ? size - hmacBytes(mode) : null,
  };
}

/** Bytes of the padding TLV's value. */
export function paddingBytes({ padding, hmac, size }: Layout): number {
  return padding === null ? 0 : (hmac ?? size) - padding - TLV_HEADER_BYTES;
}

function hmacBytes(mode: StampMode): number {
  return mode === 'authenticated' ? TLV_HEADER_BYTES + HMAC_BYTES : 0;
}
