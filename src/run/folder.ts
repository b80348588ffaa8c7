import { mkdir, rm, stat, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { NetprobeError } from '../contract/error.ts';
import { replaceFile } from '../journal/atomic.ts';

/** Where runs go when nothing else is said. */
const RUNS_FOLDER = 'netprobe-runs';

/** `netprobe-runs/<start>-<title>`: sorts by time, and is a plain name on every system. */
export function defaultFolder(startedAt: Date, title: string | null): string {
  const start = startedAt
    .toISOString()
    .replace(/\.\d+Z$/, 'Z')
    .replace(/:/g, '');
  const words = (title ?? 'run')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 40);
  return join(RUNS_FOLDER, `${start}-${words || 'run'}`);
}

/**
 * Makes the run folder, before anything is measured. Throws NETPROBE_OUT_EXISTS when something is there already, and
 * NETPROBE_OUT_UNWRITABLE when it cannot be made or written to.
 */
export async function makeRunFolder(path: string): Promise<string> {
  const folder = resolve(path);
  if (await exists(folder))
    throw new NetprobeError('NETPROBE_OUT_EXISTS', `${path} exists already; nothing was measured`, {
      expected: 'a folder that is not there yet: runs are never overwritten',
      hint: 'choose another --out, or leave it away',
    });
  try {
    await mkdir(folder, { recursive: true });
    // Found out now rather than after an hour of measuring.
    await writeFile(join(folder, '.netprobe'), '');
    await rm(join(folder, '.netprobe'));
  } catch (cause) {
    throw new NetprobeError('NETPROBE_OUT_UNWRITABLE', `${path} cannot be written; nothing was measured`, {
      found: (cause as NodeJS.ErrnoException).code ?? 'an error',
      hint: 'choose another --out',
      cause,
    });
  }
  return folder;
}

/** Writes one of the run's own documents. Throws NETPROBE_OUT_UNWRITABLE. */
export async function writeDocument(folder: string, name: string, text: string): Promise<void> {
  try {
    await replaceFile(join(folder, name), (handle) => handle.writeFile(text));
  } catch (cause) {
    throw new NetprobeError('NETPROBE_OUT_UNWRITABLE', `${join(folder, name)} cannot be written`, {
      found: (cause as NodeJS.ErrnoException).code ?? 'an error',
      cause,
    });
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ENOENT';
  }
}
