import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';

/** The built program, as a user gets it. */
export const PROGRAM = fileURLToPath(new URL('../../dist/bin/netprobe.js', import.meta.url));

/** The parts of a report that are looked at; docs say `netprobe schema report`. */
export interface Result {
  status: string;
  error: { message: string } | null;
  counts: { sent: number; received: number; lost: number } | null;
  metrics: Record<string, { hits?: number; p50?: number | null; p90?: number | null; p99?: number | null; n?: number }>;
  notes: Record<string, number>;
  flows?: { flow: number; metrics: Record<string, { p50?: number | null }> }[];
  instrument: {
    state: string;
    clock: string;
    reasons: { side: string; code: string; why: string }[];
    send_lateness_ms: { p50?: number | null; p99?: number | null; max?: number | null; n: number } | null;
  };
}
export type Rows = Record<string, number | null>[];

/** A run's results; throws with what the program said when there is no report. */
export async function resultsOf(run: string, complaints: string): Promise<Result[]> {
  const text = await readFile(join(run, 'report.json'), 'utf8').catch(() => {
    throw new Error(`netprobe wrote no report: ${complaints.trim()}`);
  });
  return (JSON.parse(text) as { results: Result[] }).results;
}

/** The rows of a table in the run's samples, as they stand. */
export async function rowsOf(run: string, table: string): Promise<Rows> {
  const folder = join(run, 'samples');
  const rows: Rows = [];
  for (const name of (await readdir(folder)).filter((each) => each.endsWith('.ndjson.gz') && !/self/.test(each))) {
    let columns: string[] = [];
    for (const line of gunzipSync(await readFile(join(folder, name)))
      .toString()
      .trim()
      .split('\n')) {
      const record = JSON.parse(line);
      if (record.is === 'open') columns = Object.keys(record.tables[table] ?? {});
      if (record.is !== 'rows' || record.table !== table) continue;
      for (const row of record.rows as (number | null)[][])
        rows.push(Object.fromEntries(columns.map((column, i) => [column, row[i] ?? null])));
    }
  }
  return rows;
}
