import { type KeyObject, randomFillSync } from 'node:crypto';
import { NetprobeError } from '../../contract/error.ts';
import { HMAC_BYTES, stampKey } from './authentication.ts';
import type { StampMode } from './fields.ts';
import { type Layout, layout, paddingBytes } from './layout.ts';
import { encodeSender } from './sender.ts';
import {
  EXTRA_PADDING,
  HMAC,
  PROOF,
  PROOF_BYTES,
  TLV_HEADER_BYTES,
  TOKEN_BYTES,
  UNRECOGNISED,
  writeTlvHeader,
} from './tlv.ts';

/** What a sender is told of a session before its first packet. */
export interface SessionTerms {
  mode: StampMode;
  /** Bytes of each request and of each reply; see `isSizeValid`. */
  size: number;
  /** From 1 to 65535. */
  ssid: number;
  /** 8 bytes by which a responder knows the source as the one that it gave them to; zeros for a foreign reflector. */
  token: Uint8Array;
  /** The key, 32 bytes between two of us; null in unauthenticated mode. */
  secret: Uint8Array | null;
  /** The sender's, 16 bits with Z = 0; the bound has to cover RANDOM_BITS_NS, by which T1 is moved. */
  errorEstimate: number;
}

/** A session as its sender has it. */
export interface Session {
  layout: Layout;
  /** In authenticated mode. */
  key: KeyObject | undefined;
  ssid: number;
  /** All that its requests have in common: each begins as a copy of it. */
  template: Uint8Array;
}

/** Throws NETPROBE_USAGE for an impossible size, NETPROBE_INTERNAL for terms that contradict themselves. */
export function openSession({ mode, size, ssid, token, secret, errorEstimate }: SessionTerms): Session {
  assert(token.length === TOKEN_BYTES, `a token of ${TOKEN_BYTES} bytes`, `${token.length} bytes`);
  assert(ssid > 0 && ssid <= 0xffff && Number.isInteger(ssid), 'a session identifier from 1 to 65535', String(ssid));
  assert((errorEstimate & 0x4000) === 0, 'an error estimate of NTP timestamps', errorEstimate.toString(16));
  assert((secret !== null) === (mode === 'authenticated'), 'a secret in authenticated mode only', mode);
  const places = layout(mode, size);
  const template = Buffer.alloc(size);
  encodeSender(template, mode, { sequence: 0, unixSeconds: 0, nanoseconds: 0, errorEstimate, ssid });
  writeTlvHeader(template, places.proof, UNRECOGNISED, PROOF, PROOF_BYTES);
  template.set(token, places.token);
  if (places.padding !== null)
    writeTlvHeader(template, places.padding, UNRECOGNISED, EXTRA_PADDING, paddingBytes(places));
  if (places.hmac !== null) writeTlvHeader(template, places.hmac, UNRECOGNISED, HMAC, HMAC_BYTES);
  const session = { layout: places, key: secret === null ? undefined : stampKey(secret), ssid, template };
  refreshPadding(session);
  return session;
}

/** Fills the padding with other random bytes, so that nothing on the path learns it; not between a stamp and a send. */
export function refreshPadding({ layout: places, template }: Session): void {
  if (places.padding !== null) randomFillSync(template, places.padding + TLV_HEADER_BYTES, paddingBytes(places));
}

function assert(holds: boolean, expected: string, found: string): void {
  if (!holds)
    throw new NetprobeError('NETPROBE_INTERNAL', 'a STAMP session cannot have these terms', { expected, found });
}
