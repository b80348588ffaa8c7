import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import type { SeatRecords, Tables } from '../contract/records.ts';
import { invalidRecords } from './failure.ts';
import {
  JOURNAL_FOLDER,
  parseSeatFileName,
  RUN_FILE,
  SAMPLES_FOLDER,
  type SeatFile,
  sealedName,
  unsealedName,
} from './names.ts';
import { type Expected, readSeat } from './read.ts';
import { parsedLines } from './read-lines.ts';
import { type RunRecord, RunRecordSchema } from './run-records.ts';

/** A run folder's files of records. Names are those that they had in the journal, paths are inside the folder. */
export interface RecordFiles {
  paths: ReadonlyMap<string, string>;
  cells: ReadonlyMap<string, readonly SeatPath[]>;
}

interface SeatPath {
  seat: SeatFile;
  name: string;
  path: string;
}

/** Finds a run's files of records, sealed or not. Of a file that is both (sealing was cut short) the sealed one counts. */
export async function recordFiles(runFolder: string): Promise<RecordFiles> {
  const journal = await namesIn(join(runFolder, JOURNAL_FOLDER));
  const samples = await namesIn(join(runFolder, SAMPLES_FOLDER));
  const plain = journal.filter((name) => name.endsWith('.ndjson') && !name.startsWith('.'));
  const sealed = samples.filter((name) => name.endsWith('.ndjson.gz') && !name.startsWith('.'));
  const paths = new Map([
    ...plain.map((name) => [name, `${JOURNAL_FOLDER}/${name}`] as const),
    ...sealed.map((name) => [unsealedName(name), `${SAMPLES_FOLDER}/${name}`] as const),
  ]);
  return { paths, cells: byCell(paths) };
}

function byCell(paths: ReadonlyMap<string, string>): Map<string, SeatPath[]> {
  const cells = new Map<string, SeatPath[]>();
  for (const [name, path] of paths) {
    const seat = parseSeatFileName(name);
    if (seat === undefined) continue;
    const known = cells.get(seat.cell) ?? [];
    cells.set(seat.cell, known);
    known.push({ seat, name, path });
  }
  return cells;
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw invalidRecords(folder, null, `cannot be listed: ${(error as Error).message}`);
  }
}

/** One attempt at a cell, read back. */
export interface CellRecords {
  /** Null when there is no file of this cell. */
  attempt: number | null;
  /** By seat, part and shard. */
  seats: SeatRecords<Tables>[];
  /** Files whose last line is cut off. */
  truncated: string[];
  /** Where the records are once sealed, relative to the run folder. */
  samples: string[];
}

export interface CellQuery {
  /** Absent: the last one that has records. */
  attempt?: number;
  /** What its files must declare. */
  tablesOf?: Expected['tablesOf'];
  /** Listed before, when many cells are read. */
  files?: RecordFiles;
}

/** Reads all seats of one attempt at a cell. */
export async function readCell(runFolder: string, cell: string, query: CellQuery = {}): Promise<CellRecords> {
  const files = query.files ?? (await recordFiles(runFolder));
  const attempt = query.attempt ?? lastAttempt(files, cell);
  const records: CellRecords = { attempt, seats: [], truncated: [], samples: [] };
  for (const { seat, name, path } of seatFiles(files, cell, attempt)) {
    const declared = query.tablesOf === undefined ? {} : { tablesOf: query.tablesOf };
    const read = await readSeat(join(runFolder, path), { seat, name: path, ...declared });
    records.seats.push(...read.seats);
    records.samples.push(`${SAMPLES_FOLDER}/${sealedName(name)}`);
    if (read.truncated) records.truncated.push(name);
  }
  return records;
}

function lastAttempt(files: RecordFiles, cell: string): number | null {
  const attempts = (files.cells.get(cell) ?? []).map(({ seat }) => seat.attempt);
  return attempts.length === 0 ? null : Math.max(...attempts);
}

function seatFiles(files: RecordFiles, cell: string, attempt: number | null) {
  return (files.cells.get(cell) ?? [])
    .filter(({ seat }) => seat.attempt === attempt)
    .sort((a, b) => a.seat.seat - b.seat.seat);
}

/** Reads the run's own records. A last line that is cut off is left out: the run died while it wrote it. */
export async function readRunRecords(runFolder: string, files?: RecordFiles): Promise<RunRecord[]> {
  const path = (files ?? (await recordFiles(runFolder))).paths.get(RUN_FILE);
  if (path === undefined) throw invalidRecords(`${JOURNAL_FOLDER}/${RUN_FILE}`, null, 'is not there');
  const records: RunRecord[] = [];
  for await (const line of parsedLines(join(runFolder, path), path)) {
    if ('truncated' in line) break;
    records.push(runRecord(line.value, path, line.number));
  }
  return records;
}

function runRecord(value: unknown, file: string, line: number): RunRecord {
  const result = v.safeParse(RunRecordSchema, value, { abortEarly: true });
  if (result.success) return result.output;
  const [issue] = result.issues;
  throw invalidRecords(file, line, 'not a record of a run', {
    expected: `${issue.expected ?? issue.message} as ${v.getDotPath(issue) ?? 'the record'}`,
    found: issue.received,
  });
}
