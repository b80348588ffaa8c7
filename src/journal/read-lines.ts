import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { Json } from '../contract/json.ts';
import { invalidRecords } from './failure.ts';
import { splitLines } from './lines.ts';

/** A parsed line; or, as the very last, the one that its writer died in. */
export type ParsedLine = { value: Json; number: number } | { truncated: true; number: number };

/** The bytes of a journal file, or of its sealed form when the name ends in .gz. */
function bytesOf(path: string): AsyncIterable<Buffer> {
  const file = createReadStream(path);
  // Errors of the file reach the reader through the last stream: the callback has nothing to add.
  return path.endsWith('.gz') ? pipeline(file, createGunzip(), () => undefined) : file;
}

/** Reads a file of one JSON value a line, one line at a time. `name` is what errors call it. */
export async function* parsedLines(path: string, name: string): AsyncGenerator<ParsedLine> {
  for await (const { text, number, ended } of splitLines(readable(path, name))) {
    try {
      yield { value: JSON.parse(text) as Json, number };
    } catch {
      if (ended) throw invalidRecords(name, number, 'not JSON', { found: excerpt(text) });
      yield { truncated: true, number };
    }
  }
}

async function* readable(path: string, name: string): AsyncGenerator<Buffer> {
  try {
    yield* bytesOf(path);
  } catch (error) {
    throw invalidRecords(name, null, `cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function excerpt(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 57)}…` : text);
}
