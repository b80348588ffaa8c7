import { NetprobeError } from '../contract/error.ts';

/**
 * Every raw connection to an agent opens with these 64 bytes (big-endian):
 *
 *      0      1..4    5        6      7   8..23         24..27   28..31  32..63
 *     +------+-------+--------+------+---+-------------+--------+-------+-----------------------------+
 *     | 0x00 | NPRB  | version| type | 0 | session id  | stream | 0     | nonce (control)             |
 *     |      |       |        |      |   | (control: 0)| (0)    |       | or proof of bytes 0..31     |
 *     +------+-------+--------+------+---+-------------+--------+-------+-----------------------------+
 *
 * The first byte tells it from TLS (0x16) and HTTP (a letter). `type` is control or stream; the same 32 bytes with
 * type http, never sent, are what an HTTP connection's proof is made over. A flow of datagrams opens with one such
 * packet, type datagram, its flow in the place of the stream (datagram-hello.ts).
 */
export const PREFACE_BYTES = 64;
const HEAD_BYTES = 32;
const PROOF_BYTES = 32;
export const MAGIC = Buffer.from('\0NPRB', 'latin1');
/** Version of everything in this folder. */
export const WIRE_VERSION = 1;
export const SESSION_BYTES = 16;

const PREFACE_TYPES = { control: 0, stream: 1, http: 2, datagram: 3 } as const;
export type PrefaceType = keyof typeof PREFACE_TYPES;

export interface Preface {
  version: number;
  type: PrefaceType;
  /** 16 bytes; zeros on a control connection. */
  session: Uint8Array;
  stream: number;
  /** Control: the controller's nonce. Stream and datagram: the proof. 32 bytes. */
  tail: Uint8Array;
}

/** Bytes 0..31: what a proof covers. */
export function prefaceHead(type: PrefaceType, session: Uint8Array, stream: number, version = WIRE_VERSION): Buffer {
  const head = Buffer.alloc(HEAD_BYTES);
  MAGIC.copy(head, 0);
  head[5] = version;
  head[6] = PREFACE_TYPES[type];
  head.set(session.subarray(0, SESSION_BYTES), 8);
  head.writeUInt32BE(stream, 24);
  return head;
}

/** All 64 bytes. */
export function encodePreface(preface: Preface): Buffer {
  const head = prefaceHead(preface.type, preface.session, preface.stream, preface.version);
  return Buffer.concat([head, preface.tail.subarray(0, PROOF_BYTES)], PREFACE_BYTES);
}

/** Reads a preface. Throws NETPROBE_PROTOCOL for anything else; another version is returned, for the caller to answer. */
export function decodePreface(bytes: Uint8Array): Preface {
  if (bytes.length !== PREFACE_BYTES) throw bad(`${bytes.length} bytes`);
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (!buffer.subarray(0, MAGIC.length).equals(MAGIC)) throw bad('other bytes');
  const types = Object.keys(PREFACE_TYPES) as PrefaceType[];
  const type = types.find((name) => PREFACE_TYPES[name] === buffer[6]);
  const reserved = (buffer[7] ?? 0) | buffer.readUInt32BE(28);
  if (type === undefined || type === 'http' || reserved !== 0) throw bad('a preface with reserved bits set');
  return {
    version: buffer[5] ?? 0,
    type,
    session: Uint8Array.from(buffer.subarray(8, 24)),
    stream: buffer.readUInt32BE(24),
    tail: Uint8Array.from(buffer.subarray(HEAD_BYTES)),
  };
}

function bad(found: string): NetprobeError {
  return new NetprobeError('NETPROBE_PROTOCOL', 'not a netprobe preface', { expected: 'a 64-byte preface', found });
}
