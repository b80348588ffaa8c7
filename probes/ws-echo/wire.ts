import { randomBytes } from 'node:crypto';
import { ECHO_MIN_BYTES, echoSeq, makeEcho } from '../../src/wire/echo.ts';

/**
 * A message is one echo request (src/wire/echo.ts), its payload `size` bytes. As text it must be valid UTF-8:
 *
 *     0..15 base64url of the request's first 12 bytes: the sequence number and 64 fresh random bits
 *     16..  random base64url characters up to `size`
 *
 * A reply is the request byte for byte; whether it comes in a text or a binary frame does not matter.
 */
export type MessageType = 'binary' | 'text';

const SEQ_BYTES = 4;
const HEAD_BYTES = 12;
/** Characters that hold the sequence number. */
const SEQ_CHARS = 6;

/** How messages of one type and size are made and read. */
export interface MessageForm {
  make(seq: number): Buffer;
  /** The sequence number that a message claims; undefined when it is no reply of this form. */
  seqOf(message: Uint8Array): number | undefined;
}

/** Makes the form; its padding is drawn once. */
export function messageForm(type: MessageType, size: number): MessageForm {
  const seqOf = type === 'text' ? textSeq : echoSeq;
  return {
    make: type === 'text' ? textMaker(size) : binaryMaker(size),
    seqOf: (message) => (message.length === size ? seqOf(message) : undefined),
  };
}

function binaryMaker(size: number): MessageForm['make'] {
  const padding = randomBytes(size);
  return (seq) => makeEcho(seq, padding);
}

function textMaker(size: number): MessageForm['make'] {
  const padding = Buffer.from(randomBytes(size).toString('base64url').slice(0, size), 'latin1');
  const blank = Buffer.alloc(ECHO_MIN_BYTES);
  return (seq) => {
    const message = Buffer.from(padding);
    message.write(makeEcho(seq, blank).toString('base64url', 0, HEAD_BYTES), 'latin1');
    return message;
  };
}

function textSeq(message: Uint8Array): number | undefined {
  const chars = Buffer.from(message.buffer, message.byteOffset, SEQ_CHARS).toString('latin1');
  const bytes = Buffer.from(chars, 'base64url');
  return bytes.length < SEQ_BYTES ? undefined : bytes.readUInt32BE(0);
}
