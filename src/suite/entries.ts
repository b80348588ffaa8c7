import type { Json } from '../contract/json.ts';
import type { AnyKind, Registry } from '../contract/kind.ts';
import { describe } from '../contract/options.ts';
import { isSecretRef } from '../contract/secret.ts';
import { changeAt, type Path, pattern } from './paths.ts';
import { found, isMap, oneOf, type Reading, suggest, tell, tellIssues } from './report.ts';
import type { Vault } from './secrets.ts';
import type { SuiteEntry } from './suite.ts';

const MAX_ENTRIES = 1000;
const EXPECTED = 'one probe, as in - tcp-echo or - tcp-echo: { count: 100 }';

/** Reads `suite`: the probes and their options, in file order, also those with wrong options, so that others can name them. */
export function readEntries(reading: Reading, json: unknown, registry: Registry, vault: Vault): SuiteEntry[] {
  const path = ['suite'];
  if (!Array.isArray(json) || json.length === 0 || json.length > MAX_ENTRIES) {
    tell(reading, path, { message: 'wrong value for "suite"', expected: `a list of 1 to ${MAX_ENTRIES} probes` });
    return [];
  }
  const counts = new Map<string, number>();
  const entries: SuiteEntry[] = [];
  for (const [i, item] of json.entries()) {
    const named = readName(reading, item, [...path, i], registry);
    if (named === undefined) continue;
    const nth = (counts.get(named.kind.name) ?? 0) + 1;
    counts.set(named.kind.name, nth);
    const { name } = named.kind;
    const options = readOptions(reading, named, vault) ?? { options: {}, parsed: undefined };
    entries.push({ probe: nth === 1 ? name : `${name}-${nth}`, kind: name, ...options });
  }
  return entries;
}

interface Named {
  kind: AnyKind;
  options: unknown;
  /** Where the options stand. */
  path: Path;
}

function readName(reading: Reading, item: unknown, path: Path, registry: Registry): Named | undefined {
  const keys = isMap(item) ? Object.keys(item) : [];
  const name = typeof item === 'string' ? item : keys.length === 1 ? keys[0] : undefined;
  if (name === undefined) {
    const indent = keys.some((key) => registry.has(key)) ? '; options belong below the probe, indented deeper' : '';
    const what = keys.length > 1 ? `a map of ${keys.length} keys` : found(item);
    return void tell(reading, path, { message: 'not a probe', expected: EXPECTED + indent, found: what });
  }
  const kind = registry.get(name);
  if (kind !== undefined) {
    return isMap(item) ? { kind, options: item[name], path: [...path, name] } : { kind, options: null, path };
  }
  const known = [...registry.keys()];
  const problem = { message: `unknown probe ${describe(name)}`, expected: oneOf(known), ...suggest(name, known) };
  return void tell(reading, isMap(item) ? [...path, name] : path, problem, 'key');
}

function readOptions(
  reading: Reading,
  { kind, options, path }: Named,
  vault: Vault,
): Pick<SuiteEntry, 'options' | 'parsed'> | undefined {
  const secrets = kind.secrets ?? [];
  if (options !== null && !isMap(options)) {
    const shown = found(options, secrets.length > 0);
    return void tell(reading, path, {
      message: `wrong value for "${kind.name}"`,
      expected: 'a map of options',
      found: shown,
    });
  }
  const held = hold((options ?? {}) as { [key: string]: Json }, secrets, vault);
  if (held === undefined) {
    const expected = 'a text, { env: NAME } or { file: PATH } for each secret';
    return void tell(reading, path, { message: '{ held: … } is for netprobe itself', expected });
  }
  const result = kind.options.parse(held);
  if (!result.ok) return void tellIssues(reading, path, result.issues, secrets);
  return { options: kind.options.effective(held), parsed: result.value };
}

type Options = { [key: string]: Json };

/** Options with each literal at a secret path put into the vault; undefined when there is a made-up reference. */
function hold(options: Options, secrets: readonly string[], vault: Vault): Options | undefined {
  let forged = false;
  const look = (value: Json): Json => {
    forged ||= isSecretRef(value) && 'held' in value;
    return value;
  };
  const take = (value: Json): Json => (typeof value === 'string' ? vault.hold(value) : value);
  changeSecrets(options, secrets, look);
  return forged ? undefined : changeSecrets(options, secrets, take);
}

function changeSecrets(options: Options, secrets: readonly string[], change: (value: Json) => Json): Options {
  return secrets.reduce<Json>((json, path) => changeAt(json, pattern(path), change), options) as Options;
}
