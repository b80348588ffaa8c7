import { expect, test } from 'vitest';
import { ProblemList, type SuiteProblems } from './problems.ts';
import type { Source } from './source.ts';
import { parseYaml } from './yaml.ts';

function read(text: string): Source | string[] {
  const problems = new ProblemList();
  const source = parseYaml(text, 'f', problems);
  try {
    problems.throwAny('NETPROBE_SUITE_SYNTAX', 'f');
  } catch (error) {
    return (error as SuiteProblems).message.split('\n');
  }
  return source as Source;
}

const json = (text: string) => (read(text) as Source).json;

test('reads YAML 1.2, where no and 0123 are what they look like', () => {
  expect(json('a: no\nb: 0123\nc: 2026-01-01\nd: NO')).toEqual({ a: 'no', b: 123, c: '2026-01-01', d: 'NO' });
});

test('takes << for a key like any other, also under an older version directive', () => {
  expect(json('%YAML 1.1\n---\n<<: { a: 1 }\nb: yes')).toEqual({ '<<': { a: 1 }, b: 'yes' });
});

test('keeps keys as texts and as own properties', () => {
  const value = json('1: a\nnull: b\n__proto__: { c: d }') as object;
  expect(Object.keys(value)).toEqual(['1', 'null', '__proto__']);
});

test.each([
  ['a: 1\nb: 2\na: 3', ['f:3:1: the key "a" is there twice in this map']],
  [
    'x: { a: 1, a: 2 }\ny: {b: 1, b: 2}',
    ['f:1:12: the key "a" is there twice in this map', 'f:2:11: the key "b" is there twice in this map'],
  ],
  ['a: [1', ['f:1:6: flow sequence in block collection must be sufficiently indented and end with a ]']],
  ['a: "x', ['f:1:6: missing closing "quote']],
  ['\ta: 1', ['f:1:1: tabs are not allowed as indentation']],
  [
    'a: b: c',
    [
      'f:1:4: a second ": " on one line, or a list where a text is due; expected quotes around a text that contains ": "',
    ],
  ],
  ['a: 1\n---\nb: 2', ['f:2:1: a second document; expected one document, without ---']],
  ['a: !!binary aGk=', ['f:1:4: a tag (!…); expected no tags']],
  ['? [a]\n: 1', ['f:1:3: a key that is a list, a map or an alias; expected a text as key']],
  ['a: *b', ['f:1:4: an alias whose anchor is not defined before it']],
  ['a: &a [*a]', ['f:1:8: an alias of something that contains it']],
  ['a: &a {b: &b [*a]}', ['f:1:15: an alias of something that contains it']],
])('says what is wrong with %j', (text, lines) => expect(read(text)).toEqual(lines));

test.each([
  'token: "s3cret" s3cret',
  'token: @s3cret',
  'token: "\\s3cret"',
  'token: |s3cret\n x',
  '%s3cret\n---\na: 1',
  'a: !s3cret b',
  'a: *s3cret',
  '- a\ns3cret: b',
])('does not quote the file in what it says about %j', (text) => {
  const lines = read(text);
  expect(lines).toBeInstanceOf(Array);
  expect(String(lines)).not.toContain('s3cret');
});

test.each(['[', '- ', '{a: ', '? ', '!a [', '&a ['])('refuses %j nested half a million times', (open) => {
  const text = open.repeat(500_000).slice(0, 2 ** 20);
  expect(read(text)).toEqual([expect.stringMatching(/^f:1:\d+: nested deeper than 100 levels$/)]);
});

test('refuses aliases that expand exponentially', () => {
  const levels = Array.from({ length: 9 }, (_, i) => `a${i + 1}: &a${i + 1} [${`*a${i}, `.repeat(9)}x]`);
  expect(read(['a0: &a0 [x, x]', ...levels].join('\n'))).toEqual(['f:2:10: aliases that expand to far too much']);
});

test('refuses more than a hundred aliases, and keeps them few enough to follow', () => {
  expect(read(`- &a x\n${'- *a\n'.repeat(101)}`)).toEqual(['f:102:3: more than 100 aliases']);
  expect(json(`- &a x\n${'- *a\n'.repeat(100)}`)).toHaveLength(101);
});

test('reads a hundred thousand keys without comparing each with each other one', () => {
  const text = Array.from({ length: 100_000 }, (_, i) => `k${i}:`).join('\n');
  expect(Object.keys(json(text) as object)).toHaveLength(100_000);
}, 30_000);

test('tells where keys, values and missing things are', () => {
  const source = read('a: &x\n  b: [1, 2]\nc: *x\nd: "e"') as Source;
  expect(source.locate(['a', 'b'], 'key')).toEqual({ line: 2, column: 3 });
  expect(source.locate(['a', 'b', 1], 'value')).toEqual({ line: 2, column: 10 });
  expect(source.locate(['c', 'b', 0], 'value')).toEqual({ line: 2, column: 7 });
  expect(source.locate(['d', 'nothing', 'there'], 'value')).toEqual({ line: 4, column: 4 });
  expect(source.locate([], 'value')).toEqual({ line: 1, column: 1 });
});
