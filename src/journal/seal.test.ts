import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { fakeEcho } from '../../test/support/fake-kinds.ts';
import { recordKey, seatRecords } from '../../test/support/fake-records.ts';
import { temporaryFolder, writeFakeRun } from '../../test/support/fake-run.ts';
import { sampleRun } from '../../test/support/sample-run.ts';
import { readCell, readRunRecords } from './read-run.ts';
import { seal } from './seal.ts';

const ECHO = 'here.fra-neo.fake-echo.r1';

async function contents(folder: string): Promise<Record<string, string>> {
  const names = (await readdir(folder)).sort();
  return Object.fromEntries(await Promise.all(names.map(async (name) => [name, await plain(join(folder, name))])));
}

async function plain(path: string): Promise<string> {
  const bytes = await readFile(path);
  return (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString();
}

describe('sealing', () => {
  it('compresses every file of the journal unchanged, and removes the journal', async () => {
    const folder = await writeFakeRun(sampleRun());
    const journal = await contents(join(folder, 'journal'));
    const sealed = await seal(folder);
    expect(sealed).toEqual(Object.keys(journal).map((name) => `samples/${name}.gz`));
    expect(Object.values(await contents(join(folder, 'samples')))).toEqual(Object.values(journal));
    expect((await readdir(folder)).sort()).toEqual(['plan.json', 'samples']);
  });

  it('leaves records that read the same', async () => {
    const folder = await writeFakeRun(sampleRun());
    const before = [await readCell(folder, ECHO), await readRunRecords(folder)];
    await seal(folder);
    expect([await readCell(folder, ECHO), await readRunRecords(folder)]).toEqual(before);
  });

  it('finishes what a crash interrupted, and does nothing when all is done', async () => {
    const folder = await writeFakeRun(sampleRun());
    const copy = join(await temporaryFolder(), 'copy');
    await cp(folder, copy, { recursive: true });
    await seal(copy);
    // As if the crash had come between putting a sealed file in place and removing the journal's.
    await mkdir(join(folder, 'samples'));
    await cp(join(copy, 'samples', `${ECHO}.1.0.ndjson.gz`), join(folder, 'samples', `${ECHO}.1.0.ndjson.gz`));
    await writeFile(join(folder, 'samples', `.${ECHO}.1.1.ndjson.gz.tmp`), 'half');
    expect((await readCell(folder, ECHO)).seats).toHaveLength(2);
    await seal(folder);
    expect(await contents(join(folder, 'samples'))).toEqual(await contents(join(copy, 'samples')));
    expect(await seal(folder)).toEqual([]);
  });

  it('removes nothing that it could not seal', async () => {
    const folder = await writeFakeRun(sampleRun());
    await writeFile(join(folder, 'samples'), 'a file where the folder should be');
    await expect(seal(folder)).rejects.toMatchObject({ code: 'NETPROBE_WRITE_FAILED' });
    expect(await readdir(join(folder, 'journal'))).toHaveLength(6);
  });

  it('refuses sealed records that were cut off: they were put in place whole', async () => {
    const folder = await writeFakeRun(sampleRun());
    await seal(folder);
    const path = join(folder, 'samples', `${ECHO}.1.0.ndjson.gz`);
    await writeFile(path, (await readFile(path)).subarray(0, 500));
    await expect(readCell(folder, ECHO)).rejects.toMatchObject({
      code: 'NETPROBE_RECORDS_INVALID',
      message: expect.stringContaining(`samples/${ECHO}.1.0.ndjson.gz`) as string,
    });
  });
});

describe('reading a cell', () => {
  it('takes the last attempt unless told which, and no other cell whose name begins alike', async () => {
    const run = sampleRun();
    const again = run.records.map((record) => ({ ...record, attempt: 2 })).filter(({ seat }) => seat === 0);
    const alike = run.records.map((record) => ({ ...record, cell: `${record.cell}.1` }));
    const folder = await writeFakeRun({ ...run, records: [...run.records, ...again, ...alike] });
    expect(await readCell(folder, ECHO)).toMatchObject({ attempt: 2, samples: [`samples/${ECHO}.2.0.ndjson.gz`] });
    expect((await readCell(folder, ECHO, { attempt: 1 })).seats.map(({ role }) => role)).toEqual([
      'initiator',
      'responder',
    ]);
    expect((await readCell(folder, ECHO, { attempt: 3 })).seats).toEqual([]);
  });

  it('gives its seats by number', async () => {
    const cell = 'a.b.fake-echo.r1';
    const records = [10, 9, 2].flatMap((seat) => seatRecords(recordKey(cell, seat), fakeEcho, 'rank', []));
    const folder = await writeFakeRun({ ...sampleRun(), records });
    expect((await readCell(folder, cell)).seats.map(({ seat }) => seat)).toEqual([2, 9, 10]);
  });

  it('gives nothing for a cell without files', async () => {
    const folder = await writeFakeRun(sampleRun());
    expect(await readCell(folder, 'x.y.z.r1')).toEqual({ attempt: null, seats: [], truncated: [], samples: [] });
  });
});
