import { expect, test } from 'vitest';
import { changeAt, touches } from './paths.ts';

test('changes what stands at a path and copies the rest', () => {
  const value = { a: { x: 1, y: 2 }, b: [1, 2], c: null };
  const changed = changeAt(value, ['a', '*'], () => 'new');
  expect(changed).toEqual({ a: { x: 'new', y: 'new' }, b: [1, 2], c: null });
  expect(value.a).toEqual({ x: 1, y: 2 });
});

test('changes items of lists, and nothing where there is no such path', () => {
  expect(changeAt({ b: [1, 2] }, ['b', '*'], () => 0)).toEqual({ b: [0, 0] });
  expect(changeAt({ b: 'text' }, ['b', '*', 'c'], () => 0)).toEqual({ b: 'text' });
  expect(changeAt(null, ['b'], () => 0)).toBeNull();
});

test.each([
  [['headers'], true],
  [['headers', 'authorization'], true],
  [['headers', 'authorization', 'env'], true],
  [[], true],
  [['path'], false],
  [['body'], true],
])('knows whether %j may hold a secret', (path, hidden) => {
  expect(touches(path, ['headers.*', 'body'])).toBe(hidden);
});

test('finds nothing secret when no path is', () => expect(touches([], [])).toBe(false));
