import type { Assignment } from '../contract/assignment.ts';
import type { ErrorJson } from '../contract/error.ts';
import type { Writer } from '../contract/io.ts';
import type { Json } from '../contract/json.ts';
import type { CloseStatus, Columns, JournalRecord, Ns, RecordKey, Tables } from '../contract/records.ts';
import { CHUNK_ROWS, ChunkReader, ChunkWriter } from './chunk.ts';
import type { FromLane, LanePort } from './messages.ts';

/** A lane without shared memory sends its finished rows this often. */
const FLUSH_MS = 100;
/** While latency is measured, a process makes no messages of its rows before so many wait: that would hold it up. */
const HELD_ROWS = 65_536;
/** Rows of one message; the loop has its turn between two. */
const SLICE_ROWS = 512;
/** Messages of rows that may be on their way: whoever takes them may be slower than this side. */
const MAX_UNTAKEN = 16;

/** Writes one activity's records: rows through shared memory where there is some, everything else as messages. */
export class Recorder {
  readonly #id: string;
  readonly #port: LanePort;
  readonly #key: RecordKey;
  readonly #tables: Tables;
  readonly #caps: Record<string, number>;
  readonly #writers = new Map<string, ChunkWriter>();
  readonly #readers = new Map<string, ChunkReader>();
  readonly #flusher: NodeJS.Timeout | undefined;
  #untaken = 0;
  #wake: (() => void) | undefined;

  constructor(id: string, assignment: Assignment, tables: Tables, port: LanePort, unixNs: string) {
    this.#id = id;
    this.#port = port;
    this.#tables = tables;
    this.#caps = assignment.caps.rows;
    const { cell, attempt, part, seat, shard, kind, role } = assignment;
    this.#key = { cell, attempt, part, seat, shard: shard.index };
    this.#record({ is: 'open', unixNs, kind, role, tables });
    const quiet = assignment.caps.bps !== 'saturating';
    if (!port.sharesMemory) this.#flusher = setInterval(() => this.#flush(quiet), FLUSH_MS).unref();
  }

  table(name: string): Writer<Columns> {
    const known = this.#writers.get(name);
    if (known) return known;
    const columns = Object.keys(this.#tables[name] ?? {});
    const writer = this.#port.sharesMemory ? this.#shared(name, columns) : this.#local(name, columns);
    this.#writers.set(name, writer);
    return writer;
  }

  /** Rows put so far, over all tables. */
  get rows(): number {
    return [...this.#writers.values()].reduce((sum, writer) => sum + writer.total, 0);
  }

  fact(at: Ns, name: string, value: Json): void {
    this.#record({ is: 'fact', at, name, value });
  }

  /** Sends all rows that are left, and the record that says that these were all. */
  async close(at: Ns, status: CloseStatus, error: ErrorJson | null): Promise<void> {
    clearInterval(this.#flusher);
    while (this.#sendSlice(SLICE_ROWS)) {
      await turn();
      while (this.#untaken >= MAX_UNTAKEN) await this.#room();
    }
    this.#record({ is: 'close', at, status, error });
  }

  /** One message of rows has been passed on. */
  taken(): void {
    this.#untaken -= 1;
    this.#wake?.();
  }

  #room(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  #flush(quiet: boolean): void {
    if (this.#untaken >= MAX_UNTAKEN) return;
    if (!quiet) this.#sendSlice(Number.POSITIVE_INFINITY);
    else if (this.#waiting() > HELD_ROWS) this.#sendSlice(SLICE_ROWS);
  }

  #waiting(): number {
    return [...this.#readers].reduce(
      (sum, [name, reader]) => sum + (this.#writers.get(name)?.total ?? 0) - reader.total,
      0,
    );
  }

  /** Sends up to so many rows that are finished and not yet sent; false when there were none. */
  #sendSlice(most: number): boolean {
    let any = false;
    for (const [table, reader] of this.#readers) {
      const from = reader.total;
      const rows = reader.take(most);
      if (rows.length === 0) continue;
      this.#record({ is: 'rows', table, from, rows });
      this.#untaken += 1;
      any = true;
    }
    return any;
  }

  #shared(table: string, columns: string[]): ChunkWriter {
    return new ChunkWriter(
      columns,
      (bytes) => new SharedArrayBuffer(bytes),
      (memory) =>
        this.#port.post({
          is: 'chunk',
          id: this.#id,
          key: this.#key,
          table,
          columns: columns.length,
          memory: memory as SharedArrayBuffer,
        }),
      this.#chunkRows(table),
    );
  }

  #local(table: string, columns: string[]): ChunkWriter {
    const reader = new ChunkReader(columns.length);
    this.#readers.set(table, reader);
    return new ChunkWriter(
      columns,
      (bytes) => new ArrayBuffer(bytes),
      (memory) => reader.add(memory),
      this.#chunkRows(table),
    );
  }

  /** Of a table that can only have few rows, no more than those: there may be a thousand activities. */
  #chunkRows(table: string): number {
    return Math.max(1, Math.min(CHUNK_ROWS, this.#caps[table] ?? CHUNK_ROWS));
  }

  #record(body: DistributiveOmit<JournalRecord, keyof RecordKey>): void {
    const message: FromLane = { is: 'record', id: this.#id, record: { ...this.#key, ...body } as JournalRecord };
    this.#port.post(message);
  }
}

function turn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;
