import fc from 'fast-check';
import * as v from 'valibot';
import { expect, describe as suite, test } from 'vitest';
import type { Json } from './json.ts';
import { defineOptions, describe, type OptionIssue } from './options.ts';
import { secret } from './secret.ts';
import { rate, wholeNumber } from './units.ts';

const spec = defineOptions(
  v.strictObject({
    count: v.optional(wholeNumber(1, 10), 5),
    rate: v.optional(rate(), '20/s'),
    direction: v.optional(v.picklist(['forward', 'reverse', 'each'])),
    headers: v.optional(v.record(v.string(), secret())),
    expect: v.optional(v.strictObject({ status: v.optional(v.array(wholeNumber(100, 599))) })),
    path: v.optional(v.string()),
  }),
);

function issuesOf(input: unknown): OptionIssue[] {
  const parsed = spec.parse(input);
  return parsed.ok ? [] : parsed.issues;
}

suite('parse', () => {
  test('fills in defaults and turns units into numbers', () => {
    expect(spec.parse({})).toEqual({ ok: true, value: { count: 5, rate: 20 } });
    expect(spec.parse(null)).toEqual({ ok: true, value: { count: 5, rate: 20 } });
  });

  test('takes the effective options again', () => {
    const effective = spec.effective({ rate: '1/min' });
    expect(effective).toEqual({ count: 5, rate: '1/min' });
    expect(spec.parse(effective)).toEqual(spec.parse({ rate: '1/min' }));
  });

  test('tells every unknown key, at any depth, with the keys that exist there', () => {
    expect(issuesOf({ rat: 1, cuont: 2, expect: { stauts: 3 } })).toEqual([
      { path: ['rat'], expected: 'a known key', found: 'rat', keys: expect.arrayContaining(['rate', 'count']) },
      { path: ['cuont'], expected: 'a known key', found: 'cuont', keys: expect.arrayContaining(['rate', 'count']) },
      { path: ['expect', 'stauts'], expected: 'a known key', found: 'stauts', keys: ['status'] },
    ]);
  });

  test('tells unknown keys and wrong values together', () => {
    expect(issuesOf({ rat: 1, count: 99 }).map((issue) => issue.path)).toEqual([['rat'], ['count']]);
  });

  test('says what a value should be in the words of its schema', () => {
    expect(issuesOf({ rate: 20 })).toEqual([
      { path: ['rate'], expected: 'a rate such as 100/s or 30/min', found: '20' },
    ]);
    expect(issuesOf({ direction: 'up' })).toEqual([
      { path: ['direction'], expected: '"forward", "reverse" or "each"', found: '"up"' },
    ]);
    expect(issuesOf({ path: 3, expect: 'x' })).toEqual([
      { path: ['expect'], expected: 'a map', found: '"x"' },
      { path: ['path'], expected: 'a text', found: '3' },
    ]);
  });

  test('takes no list for a map', () => {
    expect(issuesOf([])).toEqual([{ path: [], expected: 'a map', found: 'a list' }]);
    expect(issuesOf({ headers: ['a'], expect: [] })).toEqual([
      { path: ['headers'], expected: 'a map', found: 'a list' },
      { path: ['expect'], expected: 'a map', found: 'a list' },
    ]);
  });

  test('refuses names that would be lost', () => {
    expect(issuesOf({ headers: { constructor: 'x' } })).toEqual([
      { path: ['headers', 'constructor'], expected: 'another name', found: '"constructor"' },
    ]);
    expect(issuesOf(JSON.parse('{"__proto__": {"count": 3}}'))).toHaveLength(1);
  });

  test('never throws, whatever the input', () => {
    fc.assert(
      fc.property(fc.oneof(fc.anything(), fc.jsonValue()), (input) => {
        const parsed = spec.parse(input);
        expect(parsed.ok || parsed.issues.length > 0).toBe(true);
      }),
    );
  });
});

suite('jsonSchema', () => {
  test('leaves out what only netprobe itself writes', async () => {
    const text = JSON.stringify(await spec.jsonSchema());
    expect(text).toContain('"env"');
    expect(text).not.toContain('"held"');
  });

  test('forbids unknown keys and requires none that has a default', async () => {
    const schema = (await spec.jsonSchema()) as { [key: string]: Json };
    expect(schema).toMatchObject({ type: 'object', additionalProperties: false, required: [] });
  });
});

suite('describe', () => {
  test('is short and never shows what is inside maps and lists', () => {
    expect(describe('x'.repeat(100))).toHaveLength(60);
    expect([describe({ a: 1 }), describe([1]), describe(null), describe(undefined), describe(3)]).toEqual([
      'a map',
      'a list',
      'null',
      'nothing',
      '3',
    ]);
  });
});
