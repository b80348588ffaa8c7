import type { JournalRecord } from '../contract/records.ts';
import type { RunRecord } from './run-records.ts';

const NEWLINE = 0x0a;

/** A record as its line in a file: fixed key order, and nothing in it but what the contract names. */
export function recordLine(record: JournalRecord): string {
  const { is, cell, attempt, part, seat, shard } = record;
  return `${JSON.stringify({ is, cell, attempt, part, seat, shard, ...body(record) })}\n`;
}

function body(record: JournalRecord): object {
  switch (record.is) {
    case 'open':
      return { unixNs: record.unixNs, kind: record.kind, role: record.role, tables: record.tables };
    case 'rows':
      return { table: record.table, from: record.from, rows: record.rows };
    case 'fact':
      return { at: record.at, name: record.name, value: record.value };
    case 'close':
      return { at: record.at, status: record.status, error: record.error };
  }
}

/** A run record as its line in run.ndjson. */
export function runRecordLine(record: RunRecord): string {
  return `${JSON.stringify(record)}\n`;
}

/** One line of a file. Only the last one may lack its newline: then the writer died while writing it. */
export interface Line {
  text: string;
  number: number;
  ended: boolean;
}

/** Splits a stream of bytes into lines at \n only (node:readline also splits at U+2028, which JSON leaves unescaped). */
export async function* splitLines(chunks: AsyncIterable<Buffer>): AsyncGenerator<Line> {
  let rest: Buffer[] = [];
  let number = 0;
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      number += 1;
      yield { text: text([...rest, chunk.subarray(start, end)]), number, ended: true };
      rest = [];
      start = end + 1;
    }
    if (start < chunk.length) rest.push(chunk.subarray(start));
  }
  if (rest.length > 0) yield { text: text(rest), number: number + 1, ended: false };
}

function text(pieces: Buffer[]): string {
  return pieces.length === 1 ? (pieces[0] as Buffer).toString('utf8') : Buffer.concat(pieces).toString('utf8');
}
