import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { payloads } from './payload.ts';

const MIB = 1024 * 1024;

it('payload is slices of the size that is asked for, round and round', () => {
  const next = payloads(10 * MIB);
  const slices = Array.from({ length: 4 }, next);
  expect(slices.map(({ length }) => length)).toEqual([10 * MIB, 10 * MIB, 10 * MIB, 10 * MIB]);
  // 32 MiB hold three of them: the fourth is the first again.
  const marks = slices.map((slice) => createHash('sha256').update(slice).digest('hex'));
  expect(marks[3]).toBe(marks[0]);
  expect(new Set(marks).size).toBe(3);
});

it('payload does not compress', () => {
  const slice = payloads(256 * 1024)();
  expect(gzipSync(slice).length).toBeGreaterThan(slice.length * 0.99);
});

it('all senders of a thread share one pool, each with a place of its own in it', () => {
  const [a, b] = [payloads(1024), payloads(1024)];
  const first = a();
  a();
  expect(b().buffer).toBe(first.buffer);
  expect(b().byteOffset).toBe(first.byteOffset + 1024);
});
