import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { AnyKind } from '../../src/contract/kind.ts';
import type { JournalRecord } from '../../src/contract/records.ts';
import { Journal } from '../../src/journal/append.ts';
import { type CellRecords, readCell } from '../../src/journal/read-run.ts';
import { temporaryFolder } from './fake-run.ts';

/** Keeps a cell's records in a journal and reads them from there, as a run does. Throws when they cannot be read. */
export async function readBack(cell: string, kind: AnyKind, records: JournalRecord[]): Promise<CellRecords> {
  const folder = await temporaryFolder();
  try {
    const journal = await Journal.open(join(folder, 'journal'));
    for (const record of records) journal.append(record);
    await journal.end();
    const tablesOf = (name: string) => (name === kind.name ? kind.tables : undefined);
    return await readCell(folder, cell, { tablesOf });
  } finally {
    await rm(folder, { recursive: true });
  }
}
