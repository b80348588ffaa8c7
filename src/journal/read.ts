import { basename } from 'node:path';
import type { JournalRecord, SeatRecords, Tables } from '../contract/records.ts';
import { invalidRecords } from './failure.ts';
import type { SeatFile } from './names.ts';
import { parsedLines } from './read-lines.ts';
import { recordFault } from './record-schema.ts';
import { SeatBuilder, sameTables } from './seat-builder.ts';

/** What a file of records must say of itself, from whoever knows. */
export interface Expected {
  /** Whose file it is. */
  seat?: SeatFile;
  /** The tables that this kind stores as this part; undefined when it has no business there. Absent: as declared. */
  tablesOf?: (kind: string, part: string) => Tables | undefined;
  /** What errors call the file. */
  name?: string;
}

/** What a file holds: one entry for each part and shard of its seat, in that order. */
export interface SeatFileRecords {
  seats: SeatRecords<Tables>[];
  /** The last line is cut off: its writer died. What stands before it counts. */
  truncated: boolean;
}

/**
 * Reads one seat's file, from the journal or sealed. A line that is not a record, a gap in the rows, or a value that
 * its column cannot hold is an error that names file and line: no figure is made of records that nobody wrote so.
 */
export async function readSeat(path: string, expected: Expected = {}): Promise<SeatFileRecords> {
  const name = expected.name ?? basename(path);
  const builders = new Map<string, SeatBuilder>();
  let owner = expected.seat;
  let truncated = false;
  for await (const line of parsedLines(path, name)) {
    if ('truncated' in line) {
      truncated = true;
      break;
    }
    const record = line.value as unknown as JournalRecord;
    const fault = recordFault(line.value);
    if (fault !== undefined) throw invalidRecords(name, line.number, 'not a record', fault);
    owner ??= { cell: record.cell, attempt: record.attempt, seat: record.seat };
    const wrong = strayed(record, owner) ?? undeclared(record, expected) ?? deliver(record, builders);
    if (wrong !== undefined) throw invalidRecords(name, line.number, wrong.what, wrong);
  }
  const seats = [...builders.values()].map((builder) => builder.done());
  return { seats: seats.sort(byPartAndShard), truncated };
}

function strayed(record: JournalRecord, owner: SeatFile) {
  const id = ({ cell, attempt, seat }: SeatFile) => `${cell}, attempt ${attempt}, seat ${seat}`;
  if (id(record) === id(owner)) return undefined;
  return { what: 'a record of something else', expected: id(owner), found: id(record) };
}

function undeclared(record: JournalRecord, { tablesOf }: Expected) {
  if (record.is !== 'open' || tablesOf === undefined) return undefined;
  const tables = tablesOf(record.kind, record.part);
  if (tables === undefined) return { what: 'records of a kind that does not belong here', found: record.kind };
  if (sameTables(tables, record.tables)) return undefined;
  return {
    what: `the tables are not those that ${record.kind} stores`,
    expected: JSON.stringify(tables),
    found: JSON.stringify(record.tables),
  };
}

function deliver(record: JournalRecord, builders: Map<string, SeatBuilder>) {
  const key = JSON.stringify([record.part, record.shard]);
  const builder = builders.get(key);
  if (builder !== undefined) return builder.add(record);
  if (record.is !== 'open') return { what: 'a record before the open record' };
  builders.set(key, new SeatBuilder(record));
  return undefined;
}

function byPartAndShard(a: SeatRecords<Tables>, b: SeatRecords<Tables>): number {
  if (a.part !== b.part) return a.part < b.part ? -1 : 1;
  return a.shard - b.shard;
}
