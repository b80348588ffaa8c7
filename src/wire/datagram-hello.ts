import { decodePreface, encodePreface, PREFACE_BYTES, SESSION_BYTES, WIRE_VERSION } from './preface.ts';
import { sameProof, streamProof, tokenProof } from './proof.ts';

// A flow of datagrams begins with a packet that proves that its sender belongs to the session. The agent's answer brings a
// token to the source address, and nothing else is answered that does not carry it: so an agent answers only those who
// receive what it sends. Both are 64 bytes; the answer is the hello with another tail:
//
//     32..39  token
//     40..47  0
//     48..63  first half of the agent's proof of it

export const HELLO_BYTES = PREFACE_BYTES;
export const TOKEN_BYTES = 8;
const TOKEN_AT = 32;
const PROOF_AT = 48;

/** The packet that opens a flow. `session` and `key` are the agent's session. */
export function encodeHello(session: Uint8Array, flow: number, key: Uint8Array): Buffer {
  const tail = streamProof(key, 'datagram', session, flow);
  return encodePreface({ version: WIRE_VERSION, type: 'datagram', session, stream: flow, tail });
}

/** Reads a packet as a hello; undefined when it is none. What it proves is not checked here. */
export function decodeHello(packet: Uint8Array): { session: string; flow: number; proof: Uint8Array } | undefined {
  if (packet.length !== HELLO_BYTES || packet[0] !== 0 || packet[1] !== 0x4e) return undefined;
  try {
    const { version, type, session, stream, tail } = decodePreface(packet);
    if (version !== WIRE_VERSION || type !== 'datagram') return undefined;
    return { session: Buffer.from(session).toString('hex'), flow: stream, proof: tail };
  } catch {
    return undefined;
  }
}

/** Whether a hello's sender knows the session's key. */
export function provesHello(hello: { session: string; flow: number; proof: Uint8Array }, key: Uint8Array): boolean {
  return sameProof(streamProof(key, 'datagram', Buffer.from(hello.session, 'hex'), hello.flow), hello.proof);
}

/** The agent's answer to a hello. */
export function encodeWelcome(session: Uint8Array, flow: number, key: Uint8Array, token: Uint8Array): Buffer {
  const packet = encodeHello(session, flow, key);
  packet.fill(0, TOKEN_AT);
  packet.set(token, TOKEN_AT);
  packet.set(tokenProof(key, session, flow, token).subarray(0, HELLO_BYTES - PROOF_AT), PROOF_AT);
  return packet;
}

/** The token that an answer brings; undefined when it is not the agent's answer to this session's and flow's hello. */
export function decodeWelcome(
  packet: Uint8Array,
  session: Uint8Array,
  flow: number,
  key: Uint8Array,
): Uint8Array | undefined {
  if (packet.length !== HELLO_BYTES) return undefined;
  const token = Uint8Array.from(packet.subarray(TOKEN_AT, TOKEN_AT + TOKEN_BYTES));
  return sameProof(encodeWelcome(session, flow, key, token), packet) ? token : undefined;
}

/** The bytes of a session's id. */
export function sessionBytes(id: string): Buffer {
  return Buffer.from(id, 'hex').subarray(0, SESSION_BYTES);
}
