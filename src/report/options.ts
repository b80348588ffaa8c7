import type { Json } from '../contract/json.ts';
import { isSecretRef } from '../contract/secret.ts';

/** Options as a report shows them: where a secret comes from may be known, a literal one is only said to be there. */
export function shownOptions(options: { [key: string]: Json }): { [key: string]: Json } {
  return Object.fromEntries(Object.entries(options).map(([key, value]) => [key, shown(value)]));
}

function shown(value: Json): Json {
  if (isSecretRef(value)) return 'held' in value ? '[redacted]' : (value as Json);
  if (Array.isArray(value)) return value.map(shown);
  return value !== null && typeof value === 'object' ? shownOptions(value) : value;
}
