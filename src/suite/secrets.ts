import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { NetprobeError } from '../contract/error.ts';
import type { Json } from '../contract/json.ts';
import { isSecretRef, type SecretRef } from '../contract/secret.ts';
import { changeAt, pattern } from './paths.ts';
import { REDACTED } from './redact.ts';

/** Shorter values are left in texts, and white space is: replacing every "1" would tell more than it hides. */
const SHORTEST_SCRUBBED = 4;

/** Keeps a run's secrets: gives references for them, the values to those who need them, and removes them from texts. */
export class Vault {
  readonly #held = new Map<string, string>();
  /** What scrub() looks for, by its first characters; of those that share them, the longest first. */
  readonly #forms = new Map<string, string[]>();
  readonly #env: Record<string, string | undefined>;
  readonly #directory: string;

  /** `directory` is what relative `{ file: … }` paths start from: the folder of sites.yaml. */
  constructor(from: { env?: Record<string, string | undefined>; directory?: string } = {}) {
    this.#env = from.env ?? process.env;
    this.#directory = from.directory ?? '.';
  }

  /** Takes a literal secret and gives the reference that stands for it from now on. */
  hold(value: string): { held: string } {
    const id = String(this.#held.size + 1);
    this.#held.set(id, value);
    this.remember(value);
    return { held: id };
  }

  /** Has scrub() remove this value too. */
  remember(value: string): void {
    if (value.trim().length < SHORTEST_SCRUBBED) return;
    for (const form of new Set([value, JSON.stringify(value).slice(1, -1), percent(value)])) {
      const start = form.slice(0, SHORTEST_SCRUBBED);
      const others = this.#forms.get(start) ?? [];
      if (!others.includes(form))
        this.#forms.set(
          start,
          [...others, form].sort((a, b) => b.length - a.length),
        );
    }
  }

  /** The secret that a reference stands for. Throws NETPROBE_SECRET_MISSING, which names where it was looked for. */
  open(ref: SecretRef): string {
    const value =
      'env' in ref ? this.#fromEnv(ref.env) : 'file' in ref ? this.#fromFile(ref.file) : this.#fromHold(ref);
    this.remember(value);
    return value;
  }

  /** Options with the references at a kind's secret paths replaced by the secrets: for the process that uses them. */
  reveal(options: Json, paths: readonly string[]): Json {
    return this.#atSecrets(options, paths, (ref) => this.open(ref));
  }

  /** Options as other machines may see them: that there is a secret, not even where it comes from. */
  conceal(options: Json, paths: readonly string[]): Json {
    return this.#atSecrets(options, paths, () => ({ held: 'secret' }));
  }

  /** A text without any secret that was held or opened so far, also as it looks inside JSON or a URL. */
  scrub(text: string): string {
    const pieces: string[] = [];
    let from = 0;
    for (let at = 0; at < text.length; at += 1) {
      const forms = this.#forms.get(text.slice(at, at + SHORTEST_SCRUBBED));
      const form = forms?.find((each) => text.startsWith(each, at));
      if (form === undefined) continue;
      pieces.push(text.slice(from, at), REDACTED);
      from = at + form.length;
      at = from - 1;
    }
    return pieces.join('') + text.slice(from);
  }

  #atSecrets(options: Json, paths: readonly string[], change: (ref: SecretRef) => Json): Json {
    const each = (value: Json) => (isSecretRef(value) ? change(value) : value);
    return paths.reduce((json, path) => changeAt(json, pattern(path), each), options);
  }

  #fromEnv(name: string): string {
    const value = this.#env[name];
    if (value === undefined || value === '') throw missing(`the environment variable ${name}`, value === '');
    return value;
  }

  #fromFile(path: string): string {
    let text: string;
    try {
      text = readFileSync(resolve(this.#directory, path), 'utf8');
    } catch (error) {
      throw missing(`the file ${path}`, false, error);
    }
    const value = text.replace(/\r?\n$/, '');
    if (value === '') throw missing(`the file ${path}`, true);
    return value;
  }

  #fromHold({ held }: { held: string }): string {
    const value = this.#held.get(held);
    if (value !== undefined) return value;
    throw new NetprobeError('NETPROBE_SECRET_MISSING', 'a secret that was written in sites.yaml is not at hand', {
      hint: 'read the suite from the original sites.yaml, or name the secret as { env: NAME } or { file: PATH }',
    });
  }
}

function missing(where: string, empty: boolean, cause?: unknown): NetprobeError {
  const code = (cause as NodeJS.ErrnoException | undefined)?.code;
  const why = empty
    ? 'is empty'
    : code === undefined || code === 'ENOENT'
      ? 'is not there'
      : `cannot be read (${code})`;
  return new NetprobeError('NETPROBE_SECRET_MISSING', `a secret is missing: ${where} ${why}`, {
    expected: `${where} to hold the secret`,
    ...(cause === undefined ? {} : { cause }),
  });
}

function percent(value: string): string {
  try {
    return encodeURIComponent(value);
  } catch {
    return value; // half of a surrogate pair has no such form
  }
}
