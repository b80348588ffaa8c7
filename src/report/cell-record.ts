import { type ErrorJson, NetprobeError } from '../contract/error.ts';
import type { CloseStatus } from '../contract/records.ts';
import type { CellRecords } from '../journal/read-run.ts';
import type { RunRecord } from '../journal/run-records.ts';

/** What the run recorded of the last attempt at a cell. */
export interface CellRecord {
  attempt: number;
  startedAt: string | null;
  /** Null, like `outcome`: the run died while it measured this cell. */
  finishedAt: string | null;
  outcome: { status: CloseStatus; error: ErrorJson | null } | null;
  address: string | null;
  dnsNs: number | null;
}

/** The last attempt at each cell that the run recorded. */
export function lastAttempts(records: readonly RunRecord[]): Map<string, CellRecord> {
  const cells = new Map<string, CellRecord>();
  for (const record of records) {
    if (record.is !== 'cell-open' && record.is !== 'cell-close') continue;
    const known = cells.get(record.cell);
    if (known !== undefined && known.attempt > record.attempt) continue;
    const same = known?.attempt === record.attempt ? known : undefined;
    cells.set(record.cell, record.is === 'cell-open' ? opened(record) : closed(record, same));
  }
  return cells;
}

type Of<K extends RunRecord['is']> = Extract<RunRecord, { is: K }>;

function opened({ attempt, at }: Of<'cell-open'>): CellRecord {
  return { attempt, startedAt: at, finishedAt: null, outcome: null, address: null, dnsNs: null };
}

function closed(record: Of<'cell-close'>, open: CellRecord | undefined): CellRecord {
  const { attempt, at, status, error, address, dnsNs } = record;
  // A cell that is skipped was never opened: it has no start, only the time when it was given up.
  return { attempt, startedAt: open?.startedAt ?? null, finishedAt: at, outcome: { status, error }, address, dnsNs };
}

/** What became of a cell, by all that was recorded of it: the run's word, unless the records show otherwise. */
export function outcomeOfCell(
  record: CellRecord | undefined,
  records: CellRecords,
): { status: CloseStatus; error: ErrorJson | null } {
  const died = record === undefined ? records.samples.length > 0 : record.outcome === null;
  if (died) {
    const status = hasRows(records) ? 'partial' : 'failed';
    return { status, error: aborted('the run ended while this cell was measured') };
  }
  if (record?.outcome == null) return { status: 'skipped', error: aborted('the run ended before its turn') };
  return record.outcome.status === 'completed' ? confirmed(record.outcome, records) : record.outcome;
}

/** A cell that claims to be complete must have complete records, or its figures would pass for the whole. */
function confirmed(
  claimed: { status: CloseStatus; error: ErrorJson | null },
  records: CellRecords,
): { status: CloseStatus; error: ErrorJson | null } {
  if (!isMeasured(records)) return { status: 'failed', error: incomplete('there are no records of this cell') };
  const open = records.seats.find((seat) => seat.close === null);
  if (open === undefined && records.truncated.length === 0) return claimed;
  const whose = open === undefined ? records.truncated[0] : `seat ${open.seat}`;
  return { status: 'partial', error: incomplete(`the records of ${whose} end before their close record`) };
}

/** Whether anything is there to compute figures from: a responder's records alone are not. */
export function isMeasured(records: CellRecords): boolean {
  return records.seats.some((seat) => seat.role !== 'responder');
}

function hasRows(records: CellRecords): boolean {
  return records.seats.some((seat) =>
    Object.values(seat.rows).some((table) => Object.values(table).some((column) => column.length > 0)),
  );
}

function incomplete(message: string): ErrorJson {
  return new NetprobeError('NETPROBE_RECORDS_INVALID', message).toJSON();
}

function aborted(message: string): ErrorJson {
  return new NetprobeError('NETPROBE_ABORTED', message).toJSON();
}
