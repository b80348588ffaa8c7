import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nearest } from './nearest.ts';

test.each([
  ['rat', 'rate'],
  ['titel', 'title'],
  ['directoin', 'direction'],
  ['RATE', 'rate'],
])('takes %s for %s', (word, known) => {
  expect(nearest(word, ['rate', 'title', 'direction', 'count'])).toBe(known);
});

test.each(['x', 'bandwidth', ''])('suggests nothing for %j', (word) => {
  expect(nearest(word, ['rate', 'title', 'count'])).toBeUndefined();
});

test('suggests nothing when nothing is known, or for a text that is no word', () => {
  expect(nearest('rate', [])).toBeUndefined();
  expect(nearest('r'.repeat(100_000), ['rate'])).toBeUndefined();
});

test('suggests only what is known', () => {
  fc.assert(
    fc.property(fc.string(), fc.array(fc.string()), (word, known) => {
      const found = nearest(word, known);
      expect(found === undefined || known.includes(found)).toBe(true);
    }),
  );
});
