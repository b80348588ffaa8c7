import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import type { Plan } from '../../src/contract/plan.ts';
import type { JournalRecord } from '../../src/contract/records.ts';
import { Journal } from '../../src/journal/append.ts';
import type { RunRecord } from '../../src/journal/run-records.ts';
import { timeAt } from './fake-records.ts';

export interface FakeRun {
  plan: Plan;
  records: JournalRecord[];
  /** What the run noted of its cells. */
  notes: RunRecord[];
  /** Seconds from its start to its end; absent: it died. */
  endsAt?: number;
}

const folders: string[] = [];
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))));

/** A folder of its own for one test, removed when the test file is done. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'netprobe-test-'));
  folders.push(folder);
  return folder;
}

/** Writes a run folder as `netprobe run` leaves it before sealing, and returns its path. */
export async function writeFakeRun({ plan, records, notes, endsAt }: FakeRun): Promise<string> {
  const folder = await temporaryFolder();
  const text = `${JSON.stringify(plan, null, 2)}\n`;
  await writeFile(join(folder, 'plan.json'), text);
  const journal = await Journal.open(join(folder, 'journal'));
  const planSha256 = createHash('sha256').update(text).digest('hex');
  const tool = { name: 'netprobe', version: '0.1.0', node: 'v20.20.0', platform: 'linux', arch: 'x64' };
  const host = { node: 'v20.20.0', platform: 'linux', arch: 'x64', facts: { cores: 4 }, missing: {} };
  journal.note({ is: 'run-open', id: '20261122T160000Z-abcdef', tool, startedAt: timeAt(0), planSha256, host });
  for (const record of records) journal.append(record);
  for (const note of notes) journal.note(note);
  if (endsAt !== undefined) journal.note({ is: 'run-close', status: 'completed', at: timeAt(endsAt) });
  await journal.end();
  return folder;
}
