import { type FileHandle, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { NetprobeError } from '../contract/error.ts';
import { syncFolder } from './atomic.ts';
import { writeFailure } from './failure.ts';

/**
 * One file that only grows. Lines are gathered in memory; flush() writes them, one write after the other; sync() and
 * close() have the disk keep them.
 */
export class AppendFile {
  readonly path: string;
  readonly #failed: (error: NetprobeError) => void;
  #flag: 'a' | 'ax';
  #pending: string[] = [];
  #work: Promise<void> = Promise.resolve();
  #handle: FileHandle | undefined;
  #failure: NetprobeError | undefined;
  #isSynced = true;
  #isInFolder = false;

  /** `fresh`: the file must not exist yet, so that records of two runs never mix. */
  constructor(path: string, fresh: boolean, failed: (error: NetprobeError) => void) {
    this.path = path;
    this.#flag = fresh ? 'ax' : 'a';
    this.#failed = failed;
  }

  /** Why nothing more is written here; undefined while all is well. */
  get failure(): NetprobeError | undefined {
    return this.#failure;
  }

  /** Whether lines wait to be written. */
  get waits(): boolean {
    return this.#pending.length > 0;
  }

  add(line: string): void {
    // After a failure a later line would leave a gap that nobody sees: the file stays the prefix that it is.
    if (this.#failure === undefined) this.#pending.push(line);
  }

  /** Resolves once everything added so far is written, which outlives this process, or has failed. Never rejects. */
  flush(): Promise<void> {
    this.#work = this.#work.then(() => this.#guard(() => this.#write()));
    return this.#work;
  }

  /** Flushes, and resolves once the disk has everything, which outlives a power cut, or it has failed. Never rejects. */
  sync(): Promise<void> {
    void this.flush();
    this.#work = this.#work.then(() => this.#guard(() => this.#sync()));
    return this.#work;
  }

  /** Syncs and closes the file, which opens again when something is added. Never rejects. */
  close(): Promise<void> {
    void this.sync();
    this.#work = this.#work.then(() => this.#guard(() => this.#release()));
    return this.#work;
  }

  async #write(): Promise<void> {
    if (this.#pending.length === 0 || this.#failure !== undefined) return;
    const text = this.#pending.join('');
    this.#pending = [];
    const handle = await this.#opened();
    await handle.appendFile(text);
    this.#isSynced = false;
  }

  async #sync(): Promise<void> {
    if (this.#isSynced || this.#failure !== undefined) return;
    await this.#handle?.sync();
    this.#isSynced = true;
    // The folder has to keep a file that was made, too.
    if (!this.#isInFolder) await syncFolder(dirname(this.path));
    this.#isInFolder = true;
  }

  async #opened(): Promise<FileHandle> {
    if (this.#handle !== undefined) return this.#handle;
    this.#handle = await open(this.path, this.#flag);
    this.#flag = 'a';
    return this.#handle;
  }

  async #release(): Promise<void> {
    const handle = this.#handle;
    this.#handle = undefined;
    await handle?.close();
  }

  async #guard(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#pending = [];
      if (this.#failure !== undefined) return;
      this.#failure = writeFailure(this.path, error, 'what was written before is in it');
      this.#failed(this.#failure);
    }
  }
}
