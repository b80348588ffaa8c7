import { describe, type OptionIssue } from '../contract/options.ts';
import { nearest } from './nearest.ts';
import { type Path, touches } from './paths.ts';
import type { Problem, ProblemList } from './problems.ts';
import { publicText, REDACTED } from './redact.ts';
import type { Source } from './source.ts';

/** What reading the file's parts shares: where things stand, and where to tell what is wrong with them. */
export interface Reading {
  source: Source;
  problems: ProblemList;
}

/** Tells of a problem with the value at a path, or with its key. */
export function tell(
  { source, problems }: Reading,
  path: Path,
  problem: Omit<Problem, 'line' | 'column'>,
  part: 'key' | 'value' = 'value',
): void {
  problems.add(() => ({ ...source.locate(path, part), ...problem }));
}

/** Tells of what is wrong with the value at `base`. What stands at, above or below `secrets` inside it is not shown. */
export function tellIssues(reading: Reading, base: Path, issues: OptionIssue[], secrets: readonly string[] = []): void {
  const told = new Set<string>();
  for (const issue of issues) {
    const id = JSON.stringify([issue.path, issue.expected]);
    if (!told.has(id)) tellIssue(reading, base, issue, secrets);
    told.add(id);
  }
}

function tellIssue(reading: Reading, base: Path, issue: OptionIssue, secrets: readonly string[]): void {
  const path = [...base, ...issue.path];
  const name = issue.path.length > 0 ? issue.path.join('.') : String(base.at(-1));
  if (issue.keys !== undefined) {
    const problem = { message: `unknown key ${describe(issue.found)}`, expected: oneOf(issue.keys) };
    tell(reading, path, { ...problem, ...suggest(issue.found, issue.keys) }, 'key');
    return;
  }
  const value = valueAt(reading.source.json, path);
  if (value === undefined) {
    tell(reading, path, { message: `missing key ${describe(String(path.at(-1)))}` });
    return;
  }
  const hidden = touches(issue.path, secrets);
  tell(reading, path, {
    message: `wrong value for ${describe(name)}`,
    expected: issue.expected,
    found: found(value, hidden),
    ...(typeof value === 'string' && !hidden ? suggest(value, alternatives(issue.expected)) : {}),
  });
}

/** The words of '"a" or "b"', or of 'a, b or c'; none of any other expectation. */
function alternatives(expected: string): string[] {
  const quoted = [...expected.matchAll(/"([^"]+)"/g)].map((match) => match[1] as string);
  if (quoted.length > 0) return quoted;
  const words = expected.split(/, | or /);
  return words.length > 1 && words.every((word) => /^[\w-]+$/.test(word)) ? words : [];
}

/** A list of alternatives: "one of a, b, c". */
export function oneOf(words: readonly string[]): string {
  return words.length === 1 ? String(words[0]) : `one of ${words.join(', ')}`;
}

/** A suggestion when one of the known words is near; spread into a problem. */
export function suggest(word: string, known: readonly string[]): { suggestion?: string } {
  const suggestion = nearest(word, known);
  return suggestion === undefined ? {} : { suggestion };
}

/** A value as an error may show it: URLs without what may be secret in them, secrets not at all. */
export function found(value: unknown, hidden = false): string {
  // user:password@host may also stand where no URL is due.
  const text = (value: string) => publicText(value).replace(/^[^\s/@:]*:[^\s/@]*@/, `${REDACTED}@`);
  if (typeof value === 'string') return hidden ? 'a text' : describe(text(value));
  return hidden && typeof value !== 'object' ? `a ${typeof value}` : describe(value);
}

function valueAt(json: unknown, path: Path): unknown {
  let value = json;
  for (const key of path) {
    if (value === null || typeof value !== 'object' || !Object.hasOwn(value, key)) return undefined;
    value = (value as Record<string | number, unknown>)[key];
  }
  return value;
}

/** Whether a value is a map, and no list. */
export function isMap(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
