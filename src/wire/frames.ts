import { NetprobeError } from '../contract/error.ts';
import type { Json } from '../contract/json.ts';

/** Control messages: u32 big-endian length, then so many bytes of JSON. */
const LENGTH_BYTES = 4;

export function encodeFrame(message: Json): Buffer {
  const body = Buffer.from(JSON.stringify(message), 'utf8');
  const head = Buffer.alloc(LENGTH_BYTES);
  head.writeUInt32BE(body.length);
  return Buffer.concat([head, body]);
}

/**
 * Cuts a byte stream into messages. Throws NETPROBE_PROTOCOL for a frame longer than `maxBytes` (before buffering it)
 * or one that is not JSON, once the messages before it have been given; after that it is not to be used again.
 */
export class FrameReader {
  readonly #maxBytes: number;
  #pending: Buffer = Buffer.alloc(0);

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** To be iterated to its end: what the caller does with a message happens before the next one is looked at. */
  *push(chunk: Uint8Array): Generator<Json, void> {
    this.#pending = this.#pending.length === 0 ? Buffer.from(chunk) : Buffer.concat([this.#pending, chunk]);
    for (let body = this.#next(); body !== undefined; body = this.#next()) yield parse(body);
  }

  #next(): Buffer | undefined {
    if (this.#pending.length < LENGTH_BYTES) return undefined;
    const length = this.#pending.readUInt32BE();
    if (length > this.#maxBytes)
      throw new NetprobeError('NETPROBE_PROTOCOL', 'a control message is too long', {
        expected: `at most ${this.#maxBytes} bytes`,
        found: `${length} bytes`,
      });
    const end = LENGTH_BYTES + length;
    if (this.#pending.length < end) return undefined;
    const body = this.#pending.subarray(LENGTH_BYTES, end);
    this.#pending = this.#pending.subarray(end);
    return body;
  }
}

function parse(body: Buffer): Json {
  try {
    return JSON.parse(body.toString('utf8')) as Json;
  } catch (cause) {
    throw new NetprobeError('NETPROBE_PROTOCOL', 'a control message is not JSON', { cause });
  }
}
