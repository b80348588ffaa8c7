import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { Arrivals } from './arrivals.ts';

/** A parser of two-byte messages, and a clock that moves with every look at it. */
function parsing() {
  let time = 0;
  const stream = new PassThrough();
  const arrivals = new Arrivals(stream, () => {
    time += 1;
    return time;
  });
  const stamps: number[] = [];
  let bytes = 0;
  const parse = (chunk: Buffer) => {
    for (const _byte of chunk) {
      bytes += 1;
      if (bytes % 2 === 0) stamps.push(arrivals.message());
    }
  };
  stream.on('data', parse);
  arrivals.attached();
  return { stream, arrivals, stamps };
}

test('a message has the stamp of the chunk that completed it, read before it was parsed', () => {
  const { stream, arrivals, stamps } = parsing();
  for (const chunk of ['a', 'ab', 'b', 'cc']) stream.write(chunk);
  expect(stamps).toEqual([2, 3, 4]);
  expect(arrivals.coalesced).toBe(0);
});

test('messages of one chunk share its stamp, and all but the first are counted', () => {
  const { stream, arrivals, stamps } = parsing();
  stream.write('aabbc');
  stream.write('cdd');
  expect(stamps).toEqual([1, 1, 2, 2]);
  expect(arrivals.coalesced).toBe(2);
});

test('what is parsed outside of a chunk is stamped then, not with an old stamp', () => {
  const { stream, arrivals } = parsing();
  stream.write('aa');
  expect(arrivals.message()).toBe(2);
  expect(arrivals.message()).toBe(3);
});
