import { NetprobeError } from '../contract/error.ts';
import { MAGIC } from './preface.ts';

/**
 * The agent's first words on a control connection, 48 bytes, fewer than it received:
 *
 *     0..4    5            6            7   8..39        40..47
 *     \0NPRB  min version  max version  0   agent nonce  0
 *
 * and, once the controller has sent its 32-byte proof, its answer in 40 bytes:
 *
 *     0..4    5       6..7  8..39
 *     \0NPRB  status  0     the agent's own proof (zeros unless accepted)
 */
export const CHALLENGE_BYTES = 48;
export const ANSWER_BYTES = 40;
export const NONCE_BYTES = 32;
/** One header of 8 bytes tells a stream's opener that the responder has it. */
export const STREAM_ACK = Buffer.concat([MAGIC, Buffer.from([1, 0, 0])]);

export const ANSWERS = ['accepted', 'denied', 'busy'] as const;
export type Answer = (typeof ANSWERS)[number];

export interface Challenge {
  minVersion: number;
  maxVersion: number;
  nonce: Uint8Array;
}

export function encodeChallenge(challenge: Challenge): Buffer {
  const out = Buffer.alloc(CHALLENGE_BYTES);
  MAGIC.copy(out);
  out[5] = challenge.minVersion;
  out[6] = challenge.maxVersion;
  out.set(challenge.nonce.subarray(0, NONCE_BYTES), 8);
  return out;
}

/** Throws NETPROBE_AGENT_GARBAGE when it is none: something else listens there. */
export function decodeChallenge(bytes: Uint8Array): Challenge {
  const buffer = checked(bytes, CHALLENGE_BYTES);
  return { minVersion: buffer[5] ?? 0, maxVersion: buffer[6] ?? 0, nonce: Uint8Array.from(buffer.subarray(8, 40)) };
}

export function encodeAnswer(answer: Answer, proof: Uint8Array = new Uint8Array(NONCE_BYTES)): Buffer {
  const out = Buffer.alloc(ANSWER_BYTES);
  MAGIC.copy(out);
  out[5] = ANSWERS.indexOf(answer);
  out.set(proof.subarray(0, NONCE_BYTES), 8);
  return out;
}

/** Throws NETPROBE_AGENT_GARBAGE when it is none. */
export function decodeAnswer(bytes: Uint8Array): { answer: Answer; proof: Uint8Array } {
  const buffer = checked(bytes, ANSWER_BYTES);
  const answer = ANSWERS[buffer[5] ?? -1];
  if (answer === undefined) throw garbage(`status ${buffer[5]}`);
  return { answer, proof: Uint8Array.from(buffer.subarray(8)) };
}

function checked(bytes: Uint8Array, length: number): Buffer {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (buffer.length !== length) throw garbage(`${buffer.length} bytes`);
  if (!buffer.subarray(0, MAGIC.length).equals(MAGIC)) throw garbage('other bytes');
  return buffer;
}

function garbage(found: string): NetprobeError {
  return new NetprobeError('NETPROBE_AGENT_GARBAGE', 'what answered is not a netprobe agent', {
    expected: 'an agent handshake',
    found,
    hint: 'check host and port: another service may listen there',
  });
}
