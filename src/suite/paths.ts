import type { Json } from '../contract/json.ts';

/** Where something stands in the file: keys and list indices from the top. */
export type Path = readonly (string | number)[];

/** A kind's path of a secret ('headers.*') in pieces. */
export function pattern(path: string): string[] {
  return path.split('.');
}

/** A copy of `value` with what stands at `path` (`*` is any key) replaced by what `change` makes of it. */
export function changeAt(value: Json, path: readonly string[], change: (value: Json) => Json): Json {
  const [key, ...rest] = path;
  if (key === undefined) return change(value);
  if (value === null || typeof value !== 'object') return value;
  const hit = (name: string) => key === '*' || key === name;
  if (Array.isArray(value)) return value.map((item, i) => (hit(String(i)) ? changeAt(item, rest, change) : item));
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [name, hit(name) ? changeAt(item, rest, change) : item]),
  );
}

/** Whether a path is one of the patterns, above one or below one: where a value may be, or may hold, a secret. */
export function touches(path: Path, patterns: readonly string[]): boolean {
  return patterns.some((text) => {
    const parts = pattern(text);
    return path.every((key, i) => parts[i] === undefined || parts[i] === '*' || parts[i] === String(key));
  });
}
