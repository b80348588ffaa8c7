import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { NetprobeError } from '../contract/error.ts';
import type { JournalRecord } from '../contract/records.ts';
import { AppendFile } from './append-file.ts';
import { writeFailure } from './failure.ts';
import { recordLine, runRecordLine } from './lines.ts';
import { RUN_FILE, seatFileName } from './names.ts';
import type { RunRecord } from './run-records.ts';

const FLUSH_MS = 1000;

/** Keeps records as they come: one file for each attempt at a cell and seat, and run.ndjson for the run's own. */
export class Journal {
  /** Resolves with the first write failure: the run should stop, since what it measures from now on would be lost. */
  readonly failure: Promise<NetprobeError>;
  readonly #folder: string;
  readonly #run: AppendFile;
  /** By cell and name. */
  readonly #cells = new Map<string, Map<string, AppendFile>>();
  readonly #failed: (error: NetprobeError) => void;
  readonly #timer: NodeJS.Timeout;

  private constructor(folder: string) {
    let failed: (error: NetprobeError) => void = () => undefined;
    this.failure = new Promise((resolve) => {
      failed = resolve;
    });
    this.#failed = failed;
    this.#folder = folder;
    this.#run = new AppendFile(join(folder, RUN_FILE), false, failed);
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

  /** Keeps a record. It is written a second later, and the disk has it once close() or end() has resolved. */
  append(record: JournalRecord): void {
    const name = seatFileName(record);
    const files = this.#cells.get(record.cell) ?? new Map<string, AppendFile>();
    this.#cells.set(record.cell, files);
    // A seat's file must be new: records of two runs never mix. run.ndjson goes on when a run is taken up again.
    const file = files.get(name) ?? new AppendFile(join(this.#folder, name), true, this.#failed);
    files.set(name, file);
    file.add(recordLine(record));
  }

  /** Keeps a record of the run itself. */
  note(record: RunRecord): void {
    this.#run.add(runRecordLine(record));
  }

  /** Writes what is still in memory. Only the run's own records are synced before their cell ends: a sync holds others up. */
  async flush(): Promise<void> {
    const waiting = [...this.#cells.values()].flatMap((files) => [...files.values()]).filter(({ waits }) => waits);
    await Promise.all([this.#run.sync(), ...waiting.map((file) => file.flush())]);
  }

  /** Syncs and closes a cell's files. Rejects when one of them could not be written. */
  close(cell: string): Promise<void> {
    return closeAll([...(this.#cells.get(cell)?.values() ?? [])]);
  }

  /** Syncs and closes everything. Rejects when something could not be written. What comes later is not kept. */
  async end(): Promise<void> {
    clearInterval(this.#timer);
    await closeAll([this.#run, ...[...this.#cells.values()].flatMap((files) => [...files.values()])]);
  }
}

async function closeAll(files: readonly AppendFile[]): Promise<void> {
  await Promise.all(files.map((file) => file.close()));
  const failure = files.find(({ failure: found }) => found !== undefined)?.failure;
  if (failure !== undefined) throw failure;
}
