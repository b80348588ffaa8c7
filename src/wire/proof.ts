import { createHmac, timingSafeEqual } from 'node:crypto';
import { prefaceHead } from './preface.ts';

// The shared secret never crosses the wire: each side shows an HMAC-SHA-256 over both sides' fresh nonces, under a
// label of its own, so that neither's proof can be reflected as the other's.

function mac(key: Uint8Array | string, label: string, ...parts: Uint8Array[]): Buffer {
  const hmac = createHmac('sha256', key).update(`netprobe 1 ${label}\0`);
  for (const part of parts) hmac.update(part);
  return hmac.digest();
}

/** What each side shows of the secret, and the key that proves the session's streams. */
export function handshakeProofs(secret: string, controllerNonce: Uint8Array, agentNonce: Uint8Array) {
  return {
    controller: mac(secret, 'controller', controllerNonce, agentNonce),
    agent: mac(secret, 'agent', controllerNonce, agentNonce),
    sessionKey: mac(secret, 'session', controllerNonce, agentNonce),
  };
}

/** Proof that a connection, or a flow of datagrams, belongs to a session: it covers the session id and its number. */
export function streamProof(
  key: Uint8Array,
  type: 'stream' | 'http' | 'datagram',
  session: Uint8Array,
  stream: number,
): Buffer {
  return mac(key, 'stream', prefaceHead(type, session, stream));
}

/** An agent's proof of a flow's token: only who has the session's key could have given it. */
export function tokenProof(key: Uint8Array, session: Uint8Array, flow: number, token: Uint8Array): Buffer {
  return mac(key, 'token', prefaceHead('datagram', session, flow), token);
}

/** The key of the HMACs in a session's own packets (32 bytes): the session key itself proves streams, and nothing else. */
export function packetKey(key: Uint8Array, session: Uint8Array): Buffer {
  return mac(key, 'packets', session);
}

/** Compares in constant time; a wrong length is just unequal. */
export function sameProof(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}
