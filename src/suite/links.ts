import { describe } from '../contract/options.ts';
import type { Path } from './paths.ts';
import { found, type Reading, suggest, tell } from './report.ts';
import { HERE, type SuiteLink } from './suite.ts';

const MAX_ITEMS = 1000;
const LINK = /^\s*(\S+?)\s*(<->|->)\s*(\S+)\s*$/;
const EXPECTED = 'a link such as here -> fra or here -> *';

/** A link as written, with the pairs that it stands for. */
export interface LinkItem {
  /** In one spelling, whatever the spaces. */
  text: string;
  path: Path;
  /** Whether it names both ends. */
  explicit: boolean;
  pairs: SuiteLink[];
}

/** Reads a list of links as written, telling of every wrong one. `names` are all sites in file order. */
export function readLinks(reading: Reading, json: unknown, path: Path, names: readonly string[]): LinkItem[] {
  if (!Array.isArray(json) || json.length === 0 || json.length > MAX_ITEMS) {
    tell(reading, path, { message: 'wrong value for "links"', expected: `a list of 1 to ${MAX_ITEMS} links` });
    return [];
  }
  const items = json.map((item, i) => readLink(reading, item, [...path, i], names));
  const known = items.filter((item) => item !== undefined);
  const first = new Map<string, LinkItem>();
  for (const item of known) {
    const earlier = first.get(item.text);
    if (earlier === undefined) first.set(item.text, item);
    else tellDuplicate(reading, item, earlier);
  }
  return known;
}

/** Reads one link. */
export function readLink(reading: Reading, json: unknown, path: Path, names: readonly string[]): LinkItem | undefined {
  const match = typeof json === 'string' ? LINK.exec(json) : null;
  if (match === null) {
    const mesh = typeof json === 'string' && /^\s*mesh\b/.test(json);
    const expected = mesh ? `${EXPECTED}; meshes come in a later version` : EXPECTED;
    return void tell(reading, path, { message: 'not a link', expected, found: found(json) });
  }
  const [, left = '', arrow = '', right = ''] = match;
  const unknown = [left, right].filter((name) => name !== '*' && !names.includes(name));
  for (const name of unknown) {
    const expected = names.length > 20 ? 'one of the sites' : `one of ${names.join(', ')} or *`;
    tell(reading, path, { message: `unknown site ${describe(name)}`, expected, ...suggest(name, names) });
  }
  if (unknown.length > 0) return undefined;
  if (left === right && left !== '*') {
    return void tell(reading, path, { message: `a link from "${left}" to itself`, expected: 'two different sites' });
  }
  const pairs = [...expand(left, right, names), ...(arrow === '<->' ? expand(right, left, names) : [])];
  if (!startAtHere(reading, pairs, path)) return undefined;
  return { text: `${left} ${arrow} ${right}`, path, explicit: left !== '*' && right !== '*', pairs };
}

/** The pairs of several items, each once, in the order of their first mention. */
export function mergePairs(items: readonly LinkItem[]): SuiteLink[] {
  const byName = new Map<string, SuiteLink>();
  for (const pair of items.flatMap((item) => item.pairs)) {
    const name = pairName(pair);
    if (!byName.has(name)) byName.set(name, pair);
  }
  return [...byName.values()];
}

/** A pair's identity. */
export function pairName({ from, to }: SuiteLink): string {
  return `${from} -> ${to}`;
}

function expand(left: string, right: string, names: readonly string[]): SuiteLink[] {
  const of = (name: string) => (name === '*' ? names : [name]);
  return of(left).flatMap((from) => of(right).flatMap((to) => (from === to ? [] : [{ from, to }])));
}

function startAtHere(reading: Reading, pairs: readonly SuiteLink[], path: Path): boolean {
  const other = pairs.find(({ from }) => from !== HERE);
  if (other === undefined) return true;
  tell(reading, path, {
    message: `links must start at here in this version, and this one includes ${pairName(other)}`,
    expected: `${HERE} -> ${other.to === HERE ? other.from : other.to}`,
  });
  return false;
}

function tellDuplicate(reading: Reading, item: LinkItem, earlier: LinkItem): void {
  const { line } = reading.source.locate(earlier.path, 'value');
  const here = reading.source.locate(item.path, 'value').line;
  tell(reading, item.path, { message: `the link ${item.text} is there twice, on lines ${line} and ${here}` });
}
