import type { ErrorJson } from './error.ts';
import type { Json } from './json.ts';

/** Integer nanoseconds since the start of the seat's part of the cell (its `open` record), on that host's monotonic clock. */
export type Ns = number;

/** How a column is read: `ns` a time, `uint` a count, `float` a number, `code` a number from a closed list. */
export type ColumnType = 'ns' | 'uint' | 'float' | 'code';
export type Columns = Record<string, ColumnType>;
/** The tables that a kind stores, each with its columns in stored order. */
export type Tables = Record<string, Columns>;

export type CloseStatus = 'completed' | 'partial' | 'failed' | 'skipped';

/** Whose record it is. `part` names a composite's part ('' otherwise), `shard` one of several workers sharing a seat. */
export interface RecordKey {
  cell: string;
  attempt: number;
  part: string;
  seat: number;
  shard: number;
}

/**
 * What a measuring process writes, append-only and once: everything that results are computed from. `open.unixNs` is
 * wall time, only for placing the cell on the calendar. A null cell of a row means "there is no such value".
 */
export type JournalRecord = RecordKey &
  (
    | { is: 'open'; unixNs: string; kind: string; role: string; tables: Tables }
    | { is: 'rows'; table: string; from: number; rows: (number | null)[][] }
    | { is: 'fact'; at: Ns; name: string; value: Json }
    | { is: 'close'; at: Ns; status: CloseStatus; error: ErrorJson | null }
  );

/** One seat's (and shard's) records, read back. Null cells are NaN. */
export interface SeatRecords<T extends Tables> {
  seat: number;
  shard: number;
  part: string;
  role: string;
  openedUnixNs: bigint;
  facts: { at: Ns; name: string; value: Json }[];
  rows: { [K in keyof T]: Record<keyof T[K], Float64Array> };
  /** Null when the records end without one: the process died. */
  close: { at: Ns; status: CloseStatus; error: ErrorJson | null } | null;
}
