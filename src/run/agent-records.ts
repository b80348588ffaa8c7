import { NetprobeError } from '../contract/error.ts';
import type { AnyKind } from '../contract/kind.ts';
import type { CloseStatus, ColumnType, JournalRecord, RecordKey } from '../contract/records.ts';
import { agentError, isSmall } from './agent-words.ts';

/** Facts are small and few; a longer one is not a fact. */
const MAX_FACT_CHARS = 16 * 1024;
const MAX_FACTS = 1000;

/**
 * Checks what an agent says it recorded. The agent belongs to the judged party: its records go under its own seat
 * whatever key they carry, hold only what its kind declares, and no more rows than the plan allows. They come in the
 * order in which records are read back, one open record first and nothing after the close record: what is accepted
 * here can be read, whoever sent it.
 */
export class AgentRecords {
  readonly #key: RecordKey;
  readonly #kind: AnyKind;
  readonly #caps: Record<string, number>;
  readonly #rows = new Map<string, number>();
  #state: 'new' | 'open' | 'closed' = 'new';
  #facts = 0;
  #toldToEnd = false;
  #fault: NetprobeError | undefined;

  constructor(key: RecordKey, kind: AnyKind, caps: Record<string, number>) {
    this.#key = key;
    this.#kind = kind;
    this.#caps = caps;
  }

  /** What is wrong with the records so far; undefined when all of them were accepted. */
  fault(): NetprobeError | undefined {
    return this.#fault;
  }

  /** Whether the agent has said that this is all. */
  closed(): boolean {
    return this.#state === 'closed';
  }

  /** This side has told the agent to end: a record that closes now is whole, and its end is no doing of the agent's. */
  toldToEnd(): void {
    this.#toldToEnd = true;
  }

  /** The record as it may be journaled. Throws NETPROBE_AGENT_GARBAGE; after that, for every record. */
  accept(record: JournalRecord): JournalRecord {
    if (this.#fault) throw this.#fault;
    try {
      return this.#checked(record);
    } catch (error) {
      this.#fault = error as NetprobeError;
      throw error;
    }
  }

  #checked(record: JournalRecord): JournalRecord {
    if (this.#state !== (record?.is === 'open' ? 'new' : 'open')) throw garbage('a record out of order');
    switch (record?.is) {
      case 'open':
        if (typeof record.unixNs !== 'string' || !/^\d{1,20}$/.test(record.unixNs))
          throw garbage('an open record without a time');
        this.#state = 'open';
        return {
          ...this.#key,
          is: 'open',
          unixNs: record.unixNs,
          kind: this.#kind.name,
          role: 'responder',
          tables: this.#kind.tables,
        };
      case 'fact':
        if (!isTime(record.at) || typeof record.name !== 'string' || record.name.length > 64)
          throw garbage('a fact without a name or time');
        if (!isSmall(record.value ?? null, MAX_FACT_CHARS)) throw garbage('a fact too long');
        this.#facts += 1;
        if (this.#facts > MAX_FACTS) throw garbage('too many facts');
        return { ...this.#key, is: 'fact', at: record.at, name: record.name, value: record.value ?? null };
      case 'rows':
        return { ...this.#key, is: 'rows', table: record.table, from: this.#count(record), rows: record.rows };
      case 'close':
        if (!isTime(record.at)) throw garbage('a close record without a time');
        this.#state = 'closed';
        return { ...this.#key, is: 'close', at: record.at, ...this.#ended(record) };
      default:
        throw garbage('an unknown record');
    }
  }

  #ended(record: Extract<JournalRecord, { is: 'close' }>) {
    const end = ended(record);
    if (!this.#toldToEnd || end.status === 'completed') return end;
    return { ...end, error: new NetprobeError('NETPROBE_ABORTED', 'this side ended the session').toJSON() };
  }

  #count(record: Extract<JournalRecord, { is: 'rows' }>): number {
    const { tables } = this.#kind;
    const columns =
      typeof record.table === 'string' && Object.hasOwn(tables, record.table) ? tables[record.table] : undefined;
    if (columns === undefined) throw garbage('rows of an unknown table');
    if (!Array.isArray(record.rows) || record.rows.length === 0) throw garbage('rows that are none');
    const types = Object.values(columns as Record<string, ColumnType>);
    for (const row of record.rows)
      if (!Array.isArray(row) || row.length !== types.length || !row.every((cell, i) => fits(cell, types[i])))
        throw garbage('a row that does not fit its table');
    const from = this.#rows.get(record.table) ?? 0;
    const total = from + record.rows.length;
    if (record.from !== from) throw garbage('rows out of order');
    if (total > (this.#caps[record.table] ?? 0)) throw garbage('more rows than were planned');
    this.#rows.set(record.table, total);
    return from;
  }
}

const STATUSES: CloseStatus[] = ['completed', 'partial', 'failed', 'skipped'];

function ended(record: Extract<JournalRecord, { is: 'close' }>) {
  const status = STATUSES.find((known) => known === record.status);
  if (status === undefined) throw garbage('a close record without a status');
  return { status, error: status === 'completed' ? null : agentError(record.error) };
}

function fits(cell: unknown, type: ColumnType | undefined): boolean {
  // A time may be that of something that did not happen; a count or a code is always there.
  if (cell === null) return type === 'ns';
  if (type === 'float') return typeof cell === 'number' && Number.isFinite(cell);
  return Number.isSafeInteger(cell) && (type === 'ns' || (cell as number) >= 0);
}

function isTime(at: unknown): boolean {
  return Number.isSafeInteger(at);
}

function garbage(found: string): NetprobeError {
  return new NetprobeError('NETPROBE_AGENT_GARBAGE', `the agent sent ${found}`, { found });
}
