import type { NetprobeError } from '../contract/error.ts';
import { inert } from '../report/inert.ts';

/** Writes an error for people (or one line of JSON) to stderr: what, expected, found, where from, what to do. */
export function printError(error: NetprobeError, json: boolean): void {
  if (json) {
    process.stderr.write(`${JSON.stringify({ error: error.toJSON() })}\n`);
    return;
  }
  // A file's problems begin with file:line:column, as editors like to read them.
  const problems = 'problems' in error;
  const message = error.message.split('\n').map((line) => (problems ? inert(line) : `netprobe: ${inert(line)}`));
  const details = Object.entries({ expected: error.expected, found: error.found, try: error.hint })
    .filter((entry): entry is [string, string] => entry[1] !== undefined)
    .map(([label, text]) => `  ${`${label}:`.padEnd(10)}${inert(text)}`);
  process.stderr.write(`${[...message, ...details, `  ${error.code} (${error.origin})`].join('\n')}\n`);
}
