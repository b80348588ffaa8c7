import { readFile, stat } from 'node:fs/promises';
import { NetprobeError } from '../contract/error.ts';

const MAX_BYTES = 2 ** 20;

const WHY: Record<string, string> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'a folder on the way to it is a file',
  EISDIR: 'it is a folder',
  EACCES: 'this user may not read it',
  EPERM: 'this user may not read it',
};

/** Reads a text file that a person wrote: UTF-8, at most 1 MiB. Throws NETPROBE_SUITE_UNREADABLE. */
export async function readTextFile(path: string): Promise<string> {
  let bytes: Uint8Array;
  try {
    bytes = await readBytes(path);
  } catch (error) {
    if (error instanceof NetprobeError) throw error;
    const code = (error as NodeJS.ErrnoException).code ?? '';
    throw unreadable(path, WHY[code] ?? (code === '' ? 'this is not a path' : code), error);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw unreadable(path, 'it is not UTF-8 text', error);
  }
}

async function readBytes(path: string): Promise<Uint8Array> {
  // Before opening it, which for a pipe would wait for a writer.
  const info = await stat(path);
  if (info.isDirectory()) throw unreadable(path, 'it is a folder');
  if (!info.isFile()) throw unreadable(path, 'it is not a regular file');
  if (info.size > MAX_BYTES) throw unreadable(path, `it has ${info.size} bytes, and at most ${MAX_BYTES} are read`);
  return readFile(path);
}

function unreadable(path: string, why: string, cause?: unknown): NetprobeError {
  return new NetprobeError('NETPROBE_SUITE_UNREADABLE', `cannot read ${path}: ${why}`, {
    ...(cause === undefined ? {} : { cause }),
  });
}
