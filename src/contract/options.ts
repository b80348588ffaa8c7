import * as v from 'valibot';
import type { Json } from './json.ts';

/** One thing wrong in options, at a path inside them. */
export interface OptionIssue {
  path: (string | number)[];
  expected: string;
  found: string;
  /** The keys that exist there, when the key itself is unknown. */
  keys?: string[];
}

export type Parsed<O> = { ok: true; value: O } | { ok: false; issues: OptionIssue[] };

/** A kind's options: written with units in sites.yaml, parsed to plain numbers whose names carry their unit. */
export interface OptionsSpec<O> {
  parse(input: unknown): Parsed<O>;
  /** The input with defaults filled in, still as written: what plans and reports show, and what parse() takes again. */
  effective(input: unknown): { [key: string]: Json };
  jsonSchema(): Promise<Json>;
}

type ObjectSchema = v.GenericSchema<unknown, unknown> & { entries: v.ObjectEntries };

/**
 * Makes a kind's option spec from a valibot schema of a strict object. `fill` adds defaults that depend on what else
 * was given; fixed ones stand in the schema, in the form in which a user would write them.
 */
export function defineOptions<const S extends ObjectSchema>(
  schema: S,
  fill: (given: Record<string, Json>) => Record<string, Json> = () => ({}),
): OptionsSpec<v.InferOutput<S>> {
  function filled(given: Record<string, Json>): Record<string, Json> {
    const defaults = v.getDefaults(schema as never) as Record<string, Json | undefined>;
    const known = Object.entries({ ...defaults, ...fill(given) }).filter((entry) => entry[1] !== undefined);
    return { ...(Object.fromEntries(known) as Record<string, Json>), ...given };
  }
  return {
    parse(input) {
      const given = input ?? {};
      return check(schema, isMap(given) ? filled(given) : given);
    },
    effective(input) {
      const all = filled(isMap(input) ? input : {});
      const keys = Object.keys(schema.entries).filter((key) => all[key] !== undefined);
      return Object.fromEntries(keys.map((key) => [key, all[key] as Json]));
    },
    jsonSchema: () => jsonSchemaOf(schema),
  };
}

/** The JSON Schema of what a schema takes: without `$schema`, and without what only netprobe itself writes. */
export async function jsonSchemaOf(schema: v.GenericSchema): Promise<Json> {
  const { toJsonSchema } = await import('@valibot/to-json-schema');
  const made = toJsonSchema(schema as never, { typeMode: 'input', errorMode: 'ignore' }) as Record<string, Json>;
  const { $schema: _, ...rest } = made;
  return withoutInternal(rest);
}

function isMap(value: unknown): value is Record<string, Json> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

/** Drops alternatives that only netprobe itself writes (schemas titled "internal"). */
function withoutInternal(schema: Json): Json {
  if (Array.isArray(schema))
    return schema.filter((item) => !(isMap(item) && item['title'] === 'internal')).map(withoutInternal);
  if (!isMap(schema)) return schema;
  return Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, withoutInternal(value)]));
}

/** Parses a value with a schema and tells everything that is wrong with it, not only the first thing of each map. */
export function check<const S extends v.GenericSchema>(schema: S, input: unknown): Parsed<v.InferOutput<S>> {
  const shape = shapeIssues(schema as Shape, input, []);
  const result = v.safeParse(schema, input);
  if (result.success && shape.length === 0) return { ok: true, value: result.output };
  // Where a list stands for a map, what valibot says about its items is no help.
  const lists = shape.filter((issue) => issue.keys === undefined);
  const others = (result.issues ?? []).filter((issue) => !isUnknownKey(issue)).map(optionIssue);
  return { ok: false, issues: [...shape, ...others.filter((issue) => !lists.some((list) => isWithin(issue, list)))] };
}

/** What of a schema tells the shape of maps and lists. */
interface Shape {
  type: string;
  entries?: Record<string, Shape>;
  wrapped?: Shape;
  item?: Shape;
  value?: Shape;
}

/** Keys that valibot leaves out of records without a word. */
const UNSAFE_KEYS = ['__proto__', 'prototype', 'constructor'];

/** What valibot keeps to itself: every unknown key but the first of a map, and lists, which it takes for maps. */
function shapeIssues(schema: Shape, input: unknown, path: (string | number)[]): OptionIssue[] {
  if (schema.wrapped) return shapeIssues(schema.wrapped, input, path);
  if (schema.type === 'array' && schema.item && Array.isArray(input))
    return input.flatMap((item, i) => shapeIssues(schema.item as Shape, item, [...path, i]));
  const entries = schema.type === 'strict_object' ? schema.entries : undefined;
  const value = schema.type === 'record' ? schema.value : undefined;
  if (entries === undefined && value === undefined) return [];
  if (Array.isArray(input)) return [{ path, expected: 'a map', found: 'a list' }];
  if (!isMap(input)) return [];
  return Object.keys(input).flatMap((key) => {
    if (entries === undefined && UNSAFE_KEYS.includes(key))
      return [{ path: [...path, key], expected: 'another name', found: describe(key) }];
    const inner = entries === undefined ? value : Object.hasOwn(entries, key) ? entries[key] : undefined;
    if (inner !== undefined) return shapeIssues(inner, input[key], [...path, key]);
    return [{ path: [...path, key], expected: 'a known key', found: key, keys: Object.keys(entries ?? {}) }];
  });
}

function isUnknownKey(issue: v.BaseIssue<unknown>): boolean {
  return issue.type === 'strict_object' && issue.expected === 'never';
}

function isWithin(issue: OptionIssue, outer: OptionIssue): boolean {
  return outer.path.every((key, i) => issue.path[i] === key);
}

function optionIssue(issue: v.BaseIssue<unknown>): OptionIssue {
  const path = (issue.path ?? []).map((item) => item.key as string | number);
  const missing = issue.type === 'strict_object' && issue.received === 'undefined';
  if (missing) return { path, expected: `the key ${String(path.at(-1))}`, found: 'nothing' };
  // A schema's own message, where it has one, is what it expects in words.
  const own = issue.kind !== 'schema' || !issue.message.startsWith('Invalid ');
  const expected = own ? issue.message : inWords(issue.expected ?? issue.message);
  return { path, expected, found: describe(issue.input) };
}

const WORDS: Record<string, string> = {
  Object: 'a map',
  Array: 'a list',
  string: 'a text',
  number: 'a number',
  boolean: 'true or false',
};

/** '("a" | "b")' as '"a" or "b"'. */
function inWords(expected: string): string {
  const words = expected
    .replace(/^\((.*)\)$/, '$1')
    .split(' | ')
    .map((word) => WORDS[word] ?? word);
  return words.length === 1 ? (words[0] as string) : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}

/** A value as an error shows it: short, quoted, never an object dump. */
export function describe(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.length > 60 ? `${value.slice(0, 57)}…` : value);
  if (Array.isArray(value)) return 'a list';
  if (value === undefined) return 'nothing';
  if (value !== null && typeof value === 'object') return 'a map';
  return String(value);
}
