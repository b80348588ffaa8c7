import { isUtf8 } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { messageForm } from './wire.ts';

const types = fc.constantFrom('binary' as const, 'text' as const);
const sizes = fc.integer({ min: 16, max: 65_536 });
const seqs = fc.integer({ min: 0, max: 0xffffffff });

describe('messages of ws-echo', () => {
  test('are of exactly the agreed size, and carry their sequence number', () => {
    fc.assert(
      fc.property(types, sizes, seqs, (type, size, seq) => {
        const { make, seqOf } = messageForm(type, size);
        const message = make(seq);
        expect(message.length).toBe(size);
        expect(seqOf(message)).toBe(seq);
        // Replies come as views into larger chunks.
        expect(seqOf(Buffer.concat([Buffer.from('ab'), message]).subarray(2))).toBe(seq);
      }),
    );
  });

  test('of type text are printable ASCII, and so valid UTF-8', () => {
    fc.assert(
      fc.property(sizes, seqs, (size, seq) => {
        const message = messageForm('text', size).make(seq);
        expect(isUtf8(message)).toBe(true);
        expect(message.toString()).toMatch(/^[\w-]+$/);
      }),
    );
  });

  test.each(['binary', 'text'] as const)('of type %s with the same number differ in their random bits', (type) => {
    const { make } = messageForm(type, 16);
    const made = Array.from({ length: 1000 }, () => make(1).toString('latin1'));
    expect(new Set(made).size).toBe(1000);
  });

  test('of any other length, or without a number, are no replies', () => {
    fc.assert(
      fc.property(types, fc.uint8Array({ maxLength: 100 }), (type, bytes) => {
        const seq = messageForm(type, 32).seqOf(bytes);
        if (bytes.length !== 32) expect(seq).toBeUndefined();
        else if (seq !== undefined) expect(seq).toBeLessThanOrEqual(0xffffffff);
      }),
    );
    expect(messageForm('text', 32).seqOf(Buffer.from('…'.repeat(10).padEnd(12)))).toBeUndefined();
  });
});
