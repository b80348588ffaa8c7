import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ECHO_MIN_BYTES, EchoCutter, echoSeq, makeEcho } from './echo.ts';

/** What a cutter makes of a stream that arrives in these pieces, each in a memory that is then used again. */
function cut(size: number, pieces: Uint8Array[]): Buffer[] {
  const cutter = new EchoCutter(size);
  const messages: Buffer[] = [];
  for (const piece of pieces) {
    const reused = Buffer.from(piece);
    cutter.push(reused, (message) => messages.push(Buffer.from(message)));
    reused.fill(0xee);
  }
  return messages;
}

describe('an echo request', () => {
  it('begins with its sequence number, ends with the padding, and has fresh bits between', () => {
    const padding = Buffer.alloc(32, 0x11);
    const [a, b] = [makeEcho(0x01020304, padding), makeEcho(0x01020304, padding)];
    expect(a.subarray(0, 4).toString('hex')).toBe('01020304');
    expect(a.subarray(16).equals(padding.subarray(16))).toBe(true);
    expect(a.subarray(4, 16).equals(b.subarray(4, 16))).toBe(false);
  });

  it('never repeats its random bits, however often the pool of them is filled again', () => {
    const padding = Buffer.alloc(ECHO_MIN_BYTES);
    const bits = Array.from({ length: 5000 }, (_, seq) => makeEcho(seq, padding).toString('hex', 4));
    expect(new Set(bits).size).toBe(bits.length);
  });

  it('gives its sequence number back, wherever it stands in memory', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0xffffffff }), fc.nat(20), (seq, offset) => {
        const memory = new Uint8Array(offset + ECHO_MIN_BYTES);
        memory.set(makeEcho(seq, Buffer.alloc(ECHO_MIN_BYTES)), offset);
        expect(echoSeq(memory.subarray(offset))).toBe(seq);
      }),
    );
  });
});

describe('a stream of replies', () => {
  it('is cut into the same messages however it arrives', () => {
    const pieces = fc.array(fc.uint8Array({ maxLength: 40 }));
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 24 }), pieces, (size, given) => {
        const stream = Buffer.concat(given);
        const whole = Array.from({ length: Math.floor(stream.length / size) }, (_, i) =>
          stream.subarray(i * size, (i + 1) * size),
        );
        expect(cut(size, given)).toEqual(whole);
      }),
    );
  });
});
