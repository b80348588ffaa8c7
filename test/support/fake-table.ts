import type { Writer } from '../../src/contract/io.ts';
import type { Columns } from '../../src/contract/records.ts';

/** A table that keeps its rows for the test. */
export function fakeTable<C extends Columns>(): Writer<C> & { rows: Record<keyof C, number | null>[] } {
  const rows: Record<keyof C, number | null>[] = [];
  return { rows, put: (row) => rows.push(row) };
}
