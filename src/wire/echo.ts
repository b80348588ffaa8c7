import { randomFillSync } from 'node:crypto';

/**
 * An echo request, the same for every echo kind over a byte or message stream (big-endian):
 *
 *     0..3  sequence number
 *     4..15 fresh random bits, which the reply must bring back: it cannot be made before the request is seen
 *     16..  random padding up to the probe's size
 */
export const ECHO_MIN_BYTES = 16;
const NONCE_OFFSET = 4;

/** Random bytes for many nonces at a time: one call of the generator each would show in the send times. */
const POOL_BYTES = 12 * 1024;
const pool = Buffer.alloc(POOL_BYTES);
let used = POOL_BYTES;

/** A request of `padding.length` bytes. */
export function makeEcho(seq: number, padding: Uint8Array): Buffer {
  const message = Buffer.allocUnsafe(padding.length);
  message.set(padding);
  message.writeUInt32BE(seq, 0);
  const bits = ECHO_MIN_BYTES - NONCE_OFFSET;
  if (used + bits > POOL_BYTES) {
    randomFillSync(pool);
    used = 0;
  }
  pool.copy(message, NONCE_OFFSET, used, used + bits);
  used += bits;
  return message;
}

/** The sequence number that a reply claims. */
export function echoSeq(message: Uint8Array): number {
  return Buffer.from(message.buffer, message.byteOffset, message.length).readUInt32BE(0);
}

/** Cuts a byte stream into messages of one size. The messages are only valid during the call. */
export class EchoCutter {
  readonly #size: number;
  #rest: Buffer = Buffer.alloc(0);

  constructor(size: number) {
    this.#size = size;
  }

  push(chunk: Uint8Array, on: (message: Uint8Array) => void): void {
    let bytes: Uint8Array = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    for (; bytes.length >= this.#size; bytes = bytes.subarray(this.#size)) on(bytes.subarray(0, this.#size));
    this.#rest = bytes.length === 0 ? Buffer.alloc(0) : Buffer.from(bytes);
  }
}
