import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { NetprobeError } from '../contract/error.ts';
import type { JournalRecord } from '../contract/records.ts';
import { AppendFile } from './append-file.ts';
import { writeFailure } from './failure.ts';
import { recordLine, runRecordLine } from './lines.ts';
import { parseSeatFileName, RUN_FILE, seatFileName } from './names.ts';
import type { RunRecord } from './run-records.ts';

const FLUSH_MS = 1000;

/** Keeps records as they come: one file for each attempt at a cell and seat, and run.ndjson for the run's own. */
export class Journal {
  /** Resolves with the first write failure: the run should stop, since what it measures from now on would be lost. */
  readonly failure: Promise<NetprobeError>;
  readonly #folder: string;
  readonly #files = new Map<string, AppendFile>();
  readonly #failed: (error: NetprobeError) => void;
  readonly #timer: NodeJS.Timeout;

  private constructor(folder: string) {
    let failed: (error: NetprobeError) => void = () => undefined;
    this.failure = new Promise((resolve) => {
      failed = resolve;
    });
    this.#failed = failed;
    this.#folder = folder;
    this.#timer = setInterval(() => void this.flush(), FLUSH_MS).unref();
  }

  /** Opens the journal in this folder (a run folder's `journal`), which is made when it is not there. */
  static async open(folder: string): Promise<Journal> {
    try {
      await mkdir(folder, { recursive: true });
    } catch (error) {
      throw writeFailure(folder, error, 'nothing was measured');
    }
    return new Journal(folder);
  }

  /** Keeps a record. It is on disk a second later, or once close() or end() has resolved. */
  append(record: JournalRecord): void {
    this.#file(seatFileName(record)).add(recordLine(record));
  }

  /** Keeps a record of the run itself. */
  note(record: RunRecord): void {
    this.#file(RUN_FILE).add(runRecordLine(record));
  }

  /** Writes what is still in memory. */
  async flush(): Promise<void> {
    await Promise.all([...this.#files.values()].map((file) => file.flush()));
  }

  /** Writes and closes a cell's files. Rejects when one of them could not be written. */
  close(cell: string): Promise<void> {
    return this.#close((name) => parseSeatFileName(name)?.cell === cell);
  }

  /** Writes and closes everything. Rejects when something could not be written. What comes later is not kept. */
  async end(): Promise<void> {
    clearInterval(this.#timer);
    await this.#close(() => true);
  }

  async #close(which: (name: string) => boolean): Promise<void> {
    const chosen = [...this.#files].filter(([name]) => which(name));
    await Promise.all(chosen.map(([, file]) => file.close()));
    const failure = chosen.find(([, file]) => file.failure !== undefined)?.[1].failure;
    if (failure !== undefined) throw failure;
  }

  #file(name: string): AppendFile {
    // A seat's file must be new: records of two runs never mix. run.ndjson goes on when a run is taken up again.
    const known = this.#files.get(name);
    if (known !== undefined) return known;
    const file = new AppendFile(join(this.#folder, name), name !== RUN_FILE, this.#failed);
    this.#files.set(name, file);
    return file;
  }
}
