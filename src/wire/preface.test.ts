import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NetprobeError } from '../contract/error.ts';
import { decodePreface, encodePreface, PREFACE_BYTES, type Preface, prefaceHead, SESSION_BYTES } from './preface.ts';

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });

const preface: fc.Arbitrary<Preface> = fc.record({
  version: fc.integer({ min: 0, max: 255 }),
  type: fc.constantFrom('control', 'stream'),
  session: bytes(SESSION_BYTES),
  stream: fc.integer({ min: 0, max: 0xffffffff }),
  tail: bytes(32),
});

const STREAM: Preface = {
  version: 1,
  type: 'stream',
  session: Uint8Array.from({ length: 16 }, (_, i) => 0xa0 + i),
  stream: 0x01020304,
  tail: new Uint8Array(32).fill(0x55),
};

describe('a preface', () => {
  it('decodes to what was encoded', () => {
    fc.assert(
      fc.property(preface, (given) => {
        expect(decodePreface(encodePreface(given))).toEqual(given);
      }),
    );
  });

  it('has the layout that is drawn, byte for byte', () => {
    expect(encodePreface(STREAM).toString('hex')).toBe(
      `004e5052420101${'00'}a0a1a2a3a4a5a6a7a8a9aaabacadaeaf0102030400000000${'55'.repeat(32)}`,
    );
    const control = { ...STREAM, type: 'control', session: new Uint8Array(16), stream: 0 } as const;
    expect(encodePreface(control).toString('hex')).toBe(
      `004e5052420100${'00'}${'00'.repeat(16)}${'00'.repeat(8)}${'55'.repeat(32)}`,
    );
  });

  it('is proved over its first half, with a type of its own for HTTP that is never sent', () => {
    const head = encodePreface(STREAM).subarray(0, 32);
    expect(prefaceHead('stream', STREAM.session, STREAM.stream).equals(head)).toBe(true);
    const http = prefaceHead('http', STREAM.session, STREAM.stream);
    expect(http[6]).toBe(2);
    expect(() => decodePreface(Buffer.concat([http, STREAM.tail]))).toThrow(NetprobeError);
  });

  it('of any version is read, for the caller to answer', () => {
    expect(decodePreface(encodePreface({ ...STREAM, version: 9 })).version).toBe(9);
  });

  it.each([
    ['another magic', 1],
    ['another type', 6],
    ['the reserved byte 7', 7],
    ['the reserved byte 28', 28],
    ['the reserved byte 31', 31],
  ])('with %s is refused', (_, at) => {
    const changed = encodePreface(STREAM);
    changed[at] = 0xff;
    expect(() => decodePreface(changed)).toThrow(expect.objectContaining({ code: 'NETPROBE_PROTOCOL' }));
  });

  it('of another length is refused', () => {
    for (const length of [0, 63, 65]) {
      const other = Buffer.concat([encodePreface(STREAM), Buffer.alloc(1)]).subarray(0, length);
      expect(() => decodePreface(other)).toThrow(expect.objectContaining({ code: 'NETPROBE_PROTOCOL' }));
    }
  });

  it('is read where it stands in a larger memory, and shares none of it', () => {
    const memory = new Uint8Array(PREFACE_BYTES + 10);
    memory.set(encodePreface(STREAM), 7);
    const read = decodePreface(memory.subarray(7, 7 + PREFACE_BYTES));
    memory.fill(0);
    expect(read).toEqual(STREAM);
  });

  it('that is arbitrary bytes throws nothing but a NetprobeError', () => {
    const mutated = fc
      .tuple(preface, fc.nat(63), fc.integer({ min: 0, max: 255 }))
      .map(([given, at, byte]) => encodePreface(given).fill(byte, at, at + 1));
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 80 }), mutated), (given) => {
        try {
          decodePreface(given);
        } catch (error) {
          expect(error).toBeInstanceOf(NetprobeError);
        }
      }),
    );
  });
});
