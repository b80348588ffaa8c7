import type { Columns, JournalRecord, RecordKey, SeatRecords, Tables } from '../contract/records.ts';
import { ColumnStore } from './columns.ts';

type Of<K extends JournalRecord['is']> = Extract<JournalRecord, { is: K }>;

/** What is wrong with a record. */
export interface Fault {
  what: string;
  expected?: string;
  found?: string;
}

/** Gathers the records of one seat, part and shard. Each method says what is wrong with the record, if something is. */
export class SeatBuilder {
  readonly #open: RecordKey & Of<'open'>;
  readonly #tables: Map<string, ColumnStore>;
  readonly #facts: SeatRecords<Tables>['facts'] = [];
  #close: SeatRecords<Tables>['close'] = null;

  constructor(open: RecordKey & Of<'open'>) {
    this.#open = open;
    this.#tables = new Map(Object.entries(open.tables).map(([name, columns]) => [name, new ColumnStore(columns)]));
  }

  add(record: JournalRecord): Fault | undefined {
    if (this.#close !== null) return { what: 'a record after the close record' };
    switch (record.is) {
      case 'open':
        return { what: 'a second open record' };
      case 'rows':
        return this.#rows(record);
      case 'fact':
        this.#facts.push({ at: record.at, name: record.name, value: record.value });
        return undefined;
      case 'close':
        this.#close = { at: record.at, status: record.status, error: record.error };
        return undefined;
    }
  }

  #rows(record: Of<'rows'>): Fault | undefined {
    const table = this.#tables.get(record.table);
    if (table === undefined)
      return {
        what: 'rows of an undeclared table',
        expected: [...this.#tables.keys()].join(', '),
        found: record.table,
      };
    if (record.from !== table.length)
      return {
        what: `a gap or an overlap in ${record.table}`,
        expected: `rows from ${table.length}`,
        found: `rows from ${record.from}`,
      };
    for (const row of record.rows) {
      const at = table.length;
      const fault = table.add(row);
      if (fault !== undefined) return { what: `row ${at} of ${record.table} is malformed`, ...fault };
    }
    return undefined;
  }

  done(): SeatRecords<Tables> {
    const { seat, shard, part, role, unixNs } = this.#open;
    return {
      seat,
      shard,
      part,
      role,
      openedUnixNs: BigInt(unixNs),
      facts: this.#facts,
      rows: Object.fromEntries([...this.#tables].map(([name, table]) => [name, table.done()])),
      close: this.#close,
    };
  }
}

/** Whether two declarations of tables name the same columns of the same types in the same order. */
export function sameTables(a: Tables, b: Tables): boolean {
  return shape(a) === shape(b);
}

function shape(tables: Tables): string {
  const columns = (of: Columns) => Object.entries(of);
  return JSON.stringify(Object.entries(tables).map(([name, of]) => [name, columns(of)]));
}
