import { createReadStream } from 'node:fs';
import { mkdir, readdir, rm, rmdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream';
import { createGzip } from 'node:zlib';
import { replaceFile, syncFolder } from './atomic.ts';
import { writeFailure } from './failure.ts';
import { JOURNAL_FOLDER, SAMPLES_FOLDER, sealedName } from './names.ts';

/**
 * Compresses a finished run's journal/*.ndjson to samples/*.ndjson.gz and removes the journal. At any moment each file is
 * whole in one of the two places; sealing again after a crash finishes the work. Returns the paths of what it sealed.
 */
export async function seal(runFolder: string): Promise<string[]> {
  const journal = join(runFolder, JOURNAL_FOLDER);
  const names = (await namesIn(journal)).filter((name) => name.endsWith('.ndjson')).sort();
  const sealed: string[] = [];
  for (const name of names) {
    const target = `${SAMPLES_FOLDER}/${sealedName(name)}`;
    await compress(join(journal, name), join(runFolder, target));
    await rm(join(journal, name));
    sealed.push(target);
  }
  await removeIfEmpty(journal);
  await syncFolder(runFolder);
  return sealed;
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

async function compress(source: string, target: string): Promise<void> {
  try {
    await mkdir(dirname(target), { recursive: true });
    await replaceFile(target, (handle) =>
      // An error of the source reaches writeFile() through the last stream: the callback has nothing to add.
      writeFile(
        handle,
        pipeline(createReadStream(source), createGzip(), () => undefined),
      ),
    );
  } catch (error) {
    throw writeFailure(target, error, `the records are still whole in ${source}`);
  }
}

async function removeIfEmpty(folder: string): Promise<void> {
  try {
    await rmdir(folder);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code !== 'ENOENT' && code !== 'ENOTEMPTY' && code !== 'EEXIST') throw error;
  }
}
