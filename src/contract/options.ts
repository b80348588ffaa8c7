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
      const result = v.safeParse(schema, isMap(given) ? filled(given) : given);
      if (result.success) return { ok: true, value: result.output };
      return { ok: false, issues: result.issues.map((issue) => optionIssue(issue, schema)) };
    },
    effective(input) {
      const all = filled(isMap(input) ? input : {});
      const keys = Object.keys(schema.entries).filter((key) => all[key] !== undefined);
      return Object.fromEntries(keys.map((key) => [key, all[key] as Json]));
    },
    async jsonSchema() {
      const { toJsonSchema } = await import('@valibot/to-json-schema');
      const made = toJsonSchema(schema as never, { typeMode: 'input', errorMode: 'ignore' }) as Record<string, Json>;
      const { $schema: _, ...rest } = made;
      return withoutInternal(rest);
    },
  };
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

/** Turns a valibot issue into an option issue. An unknown key lists the keys that its object has. */
export function optionIssue(issue: v.BaseIssue<unknown>, schema?: { entries?: v.ObjectEntries }): OptionIssue {
  const path = (issue.path ?? []).map((item) => item.key as string | number);
  const unknownKey = issue.type === 'strict_object' && issue.expected === 'never';
  if (unknownKey) {
    const keys = path.length === 1 && schema?.entries ? Object.keys(schema.entries) : undefined;
    return { path, expected: 'a known key', found: String(path.at(-1)), ...(keys ? { keys } : {}) };
  }
  const missing = issue.type === 'strict_object' && issue.received === 'undefined';
  if (missing) return { path, expected: `the key ${String(path.at(-1))}`, found: 'nothing' };
  const expected = issue.kind === 'schema' ? (issue.expected ?? issue.message) : issue.message;
  return { path, expected, found: describe(issue.input) };
}

/** A value as an error shows it: short, quoted, never an object dump. */
export function describe(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.length > 60 ? `${value.slice(0, 57)}…` : value);
  if (Array.isArray(value)) return 'a list';
  if (value === undefined) return 'nothing';
  if (value !== null && typeof value === 'object') return 'a map';
  return String(value);
}
