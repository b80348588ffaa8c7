import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Finished, finish } from '../../test/path/running.ts';

/** Runs a program on one core to its end; null: on any. Rejects when there is none of that name. */
export async function runOn(core: number | null, command: string, args: readonly string[]): Promise<Finished> {
  return finish(startOn(core, command, args));
}

/** Starts a program on one core; null: on any. */
export function startOn(core: number | null, command: string, args: readonly string[]): ChildProcess {
  const [program, ...rest] = core === null ? [command, ...args] : ['taskset', '-c', String(core), command, ...args];
  return spawn(program ?? command, rest, { stdio: ['ignore', 'pipe', 'pipe'] });
}

/** Resolves with the first output, or after `silentMs` when a server says nothing into a pipe. */
export async function firstWords(child: ChildProcess, silentMs = 1500): Promise<string> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => resolve(''), silentMs);
    const hear = (text: Buffer) => {
      clearTimeout(timer);
      resolve(String(text));
    };
    child.stdout?.once('data', hear);
    child.stderr?.once('data', hear);
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`it ended with ${code} before it was ready`)));
  });
}

/** Calls with an empty folder, which is gone afterwards. */
export async function inFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'netprobe-bench-'));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
