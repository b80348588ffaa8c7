import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { fakeEcho } from '../../test/support/fake-kinds.ts';
import { cellNotes, echoRows, recordKey, seatRecords } from '../../test/support/fake-records.ts';
import { temporaryFolder } from '../../test/support/fake-run.ts';
import type { JournalRecord } from '../contract/records.ts';
import { Journal } from './append.ts';

const CELL = 'here.fra.fake-echo.r1';
const records = (cell = CELL, seat = 0) =>
  seatRecords(recordKey(cell, seat), fakeEcho, seat === 0 ? 'initiator' : 'responder', echoRows(3));
const keep = (journal: Journal, all: JournalRecord[]) => {
  for (const record of all) journal.append(record);
};

async function newJournal(): Promise<{ folder: string; journal: Journal }> {
  const folder = join(await temporaryFolder(), 'journal');
  return { folder, journal: await Journal.open(folder) };
}

describe('a journal', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  it('keeps one file for each cell, attempt and seat, and one for the run', async () => {
    const { folder, journal } = await newJournal();
    keep(journal, [...records(), ...records(CELL, 1), ...records('a.b.c.r1')]);
    journal.append({ ...recordKey(CELL, 0, { attempt: 2 }), is: 'close', at: 1, status: 'skipped', error: null });
    for (const note of cellNotes(CELL, 0)) journal.note(note);
    await journal.end();
    expect((await readdir(folder)).sort()).toEqual([
      'a.b.c.r1.1.0.ndjson',
      `${CELL}.1.0.ndjson`,
      `${CELL}.1.1.ndjson`,
      `${CELL}.2.0.ndjson`,
      'run.ndjson',
    ]);
  });

  it('writes one record a line, in the order of appending, with its keys in a fixed order and none of its own', async () => {
    const { folder, journal } = await newJournal();
    const [open, ...rest] = records();
    keep(journal, [{ surplus: 1, tables: {}, ...open } as unknown as JournalRecord, ...rest]);
    await journal.end();
    const lines = (await readFile(join(folder, `${CELL}.1.0.ndjson`), 'utf8')).trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(records());
    expect(Object.keys(JSON.parse(lines[0] as string) as object).join()).toBe(
      'is,cell,attempt,part,seat,shard,unixNs,kind,role,tables',
    );
  });

  it('writes each second what has come in', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const { folder, journal } = await newJournal();
    keep(journal, records());
    const path = join(folder, `${CELL}.1.0.ndjson`);
    expect(existsSync(path)).toBe(false);
    vi.advanceTimersByTime(1000);
    await vi.waitFor(async () => expect((await readFile(path, 'utf8')).split('\n')).toHaveLength(records().length + 1));
    await journal.end();
  });

  it('has everything of a cell on disk once it is closed, and takes what comes late', async () => {
    const { folder, journal } = await newJournal();
    const [open, ...rest] = records();
    keep(journal, [open as JournalRecord]);
    const closing = journal.close(CELL);
    keep(journal, rest);
    await closing;
    await journal.end();
    const text = await readFile(join(folder, `${CELL}.1.0.ndjson`), 'utf8');
    expect(text.trimEnd().split('\n')).toHaveLength(records().length);
  });

  it('tells of a file that cannot be written, by name, and keeps the others', async () => {
    const { folder, journal } = await newJournal();
    keep(journal, records());
    await journal.close(CELL);
    await rm(folder, { recursive: true });
    keep(journal, records('a.b.c.r1'));
    await expect(journal.close('a.b.c.r1')).rejects.toMatchObject({ code: 'NETPROBE_WRITE_FAILED', origin: 'local' });
    const failure = await journal.failure;
    expect(failure.message).toContain('a.b.c.r1.1.0.ndjson');
    expect(failure.message).toContain('what was written before is in it');
    // Once a line is missing, later ones would leave a gap that nobody sees.
    await mkdir(folder);
    keep(journal, records('a.b.c.r1'));
    keep(journal, records('d.e.f.r1'));
    await expect(journal.end()).rejects.toBe(failure);
    expect(await readdir(folder)).toEqual(['d.e.f.r1.1.0.ndjson']);
  });

  it.runIf(existsSync('/dev/full'))('tells of a full disk', async () => {
    const { folder, journal } = await newJournal();
    await symlink('/dev/full', join(folder, 'run.ndjson'));
    for (const note of cellNotes(CELL, 0)) journal.note(note);
    await expect(journal.end()).rejects.toThrow('ENOSPC');
  });

  it('never mixes its records with those of another run', async () => {
    const { folder, journal } = await newJournal();
    keep(journal, records());
    await journal.end();
    const before = await readFile(join(folder, `${CELL}.1.0.ndjson`));
    const second = await Journal.open(folder);
    keep(second, records());
    await expect(second.end()).rejects.toThrow('EEXIST');
    expect(await readFile(join(folder, `${CELL}.1.0.ndjson`))).toEqual(before);
  });

  it.each(['../../elsewhere', 'a/b', 'a\\b', '', '.hidden', 'a\nb'])(
    'keeps no record of a cell named %j',
    async (cell) => {
      const { journal } = await newJournal();
      expect(() => keep(journal, records(cell))).toThrow(expect.objectContaining({ code: 'NETPROBE_RECORDS_INVALID' }));
      await journal.end();
    },
  );

  it('says so when its folder cannot be made', async () => {
    await expect(Journal.open('/dev/null/journal')).rejects.toMatchObject({ code: 'NETPROBE_WRITE_FAILED' });
  });
});
