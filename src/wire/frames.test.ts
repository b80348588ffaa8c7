import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NetprobeError } from '../contract/error.ts';
import type { Json } from '../contract/json.ts';
import { encodeFrame, FrameReader } from './frames.ts';

const json = fc.jsonValue().map((value) => JSON.parse(JSON.stringify(value)) as Json);

function readAll(chunks: Uint8Array[], maxBytes = 1_000_000): Json[] {
  const reader = new FrameReader(maxBytes);
  return chunks.flatMap((chunk) => [...reader.push(chunk)]);
}

/** What comes out before it throws, and what it throws. */
function readUntilFault(chunks: Uint8Array[], maxBytes = 1_000_000) {
  const reader = new FrameReader(maxBytes);
  const messages: Json[] = [];
  try {
    for (const chunk of chunks) for (const message of reader.push(chunk)) messages.push(message);
  } catch (fault) {
    return { messages, fault };
  }
  return { messages, fault: undefined };
}

describe('frames', () => {
  it('decode to the messages that were encoded', () => {
    fc.assert(
      fc.property(fc.array(json), (messages) => {
        expect(readAll([Buffer.concat(messages.map(encodeFrame))])).toEqual(messages);
      }),
    );
  });

  it('are a length of four bytes, big-endian, and JSON in UTF-8', () => {
    expect(encodeFrame({ do: 'ü' }).toString('hex')).toBe(`0000000b${Buffer.from('{"do":"ü"}').toString('hex')}`);
  });

  it('cut at any byte boundary give the same messages', () => {
    const messages: Json[] = [{ is: 'tell', seat: 1, message: 'ü\u2028' }, null, [], 7];
    const stream = Buffer.concat(messages.map(encodeFrame));
    for (let cut = 0; cut <= stream.length; cut += 1)
      expect(readAll([stream.subarray(0, cut), stream.subarray(cut)])).toEqual(messages);
    expect(readAll([...stream].map((byte) => Uint8Array.of(byte)))).toEqual(messages);
  });

  it('do not depend on the memory that a chunk came in', () => {
    const reader = new FrameReader(100);
    const stream = encodeFrame({ a: 1 });
    const reused = Buffer.alloc(stream.length);
    reused.set(stream.subarray(0, 7));
    expect([...reader.push(reused.subarray(0, 7))]).toEqual([]);
    reused.fill(0);
    expect([...reader.push(stream.subarray(7))]).toEqual([{ a: 1 }]);
  });

  it('that claim to be too long are refused by their length alone', () => {
    const head = Buffer.alloc(4);
    head.writeUInt32BE(101);
    expect(() => readAll([head], 100)).toThrow(
      expect.objectContaining({ code: 'NETPROBE_PROTOCOL', expected: 'at most 100 bytes', found: '101 bytes' }),
    );
    head.writeUInt32BE(100);
    expect(readAll([head], 100)).toEqual([]);
  });

  it('that are not JSON are refused, after the messages before them, however the stream is cut', () => {
    const body = Buffer.from('{nonsense');
    const bad = Buffer.concat([Buffer.from([0, 0, 0, body.length]), body]);
    const stream = Buffer.concat([encodeFrame(1), encodeFrame(2), bad, encodeFrame(3)]);
    for (let cut = 0; cut <= stream.length; cut += 1) {
      const { messages, fault } = readUntilFault([stream.subarray(0, cut), stream.subarray(cut)]);
      expect(messages).toEqual([1, 2]);
      expect(fault).toMatchObject({ code: 'NETPROBE_PROTOCOL' });
    }
  });

  it('that are arbitrary bytes throw nothing but a NetprobeError', () => {
    const small = fc
      .tuple(fc.nat(12), fc.uint8Array({ maxLength: 12 }))
      .map(([n, rest]) => Buffer.from([0, 0, 0, n, ...rest]));
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.uint8Array(), small)), (chunks) => {
        const { fault } = readUntilFault(chunks, 1000);
        if (fault !== undefined) expect(fault).toBeInstanceOf(NetprobeError);
      }),
    );
  });
});
