import { closeSync, constants, fstatSync, openSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isMissing, type Missing } from './missing.ts';
import type { Kernel } from './native.ts';

const LOCK_SH = 1;
const LOCK_EX = 2;
const LOCK_NB = 4;
const LOCK_UN = 8;
const JOIN_TRIES = 100;

/** Who on this machine takes a core for sending on time, so that nobody else takes the last one. */
export interface Spinners {
  /** This thread sends by spinning from now on. */
  join(): void;
  leave(): void;
  /** Whether any other process of this machine does, or that cannot be known. */
  others(): boolean;
}

/** Told by a lock on a file of no content, which ends with its process. `path`: for the sake of tests. */
export function spinnersHere(kernel: Kernel | Missing, path: string = join(tmpdir(), 'netprobe-spinning')): Spinners {
  const file = isMissing(kernel) ? undefined : opened(path);
  let joined = false;
  const lock = (operation: number) =>
    !isMissing(kernel) && file !== undefined && kernel.flock(file, operation | LOCK_NB) === 0;
  return {
    join() {
      joined = true;
      // Whoever asks has it for some microseconds.
      for (let tries = 0; tries < JOIN_TRIES && !lock(LOCK_SH); tries += 1);
    },
    leave() {
      joined = false;
      lock(LOCK_UN);
    },
    others() {
      const alone = lock(LOCK_EX);
      lock(joined ? LOCK_SH : LOCK_UN);
      return !alone;
    },
  };
}

/** The folder is everybody's: a link that somebody has put there is not followed. Undefined when it cannot be had. */
function opened(path: string): number | undefined {
  const { O_RDONLY, O_CREAT, O_NOFOLLOW, O_NONBLOCK } = constants;
  // One that is there may be another user's: to read it is enough.
  for (const create of [0, O_CREAT])
    try {
      // Nor is anything waited for: a pipe has no reader or writer here.
      const file = openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | create, 0o644);
      if (fstatSync(file).isFile()) return file;
      closeSync(file);
      return undefined;
    } catch {
      // The next way, or none.
    }
  return undefined;
}
