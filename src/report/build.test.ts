import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fakeEcho, fakeRegistry } from '../../test/support/fake-kinds.ts';
import { planCell, planOf, planRequirement } from '../../test/support/fake-plan.ts';
import { cellNotes, echoRows, recordKey, seatRecords } from '../../test/support/fake-records.ts';
import { type FakeRun, writeFakeRun } from '../../test/support/fake-run.ts';
import { sampleRun } from '../../test/support/sample-run.ts';
import { seal } from '../journal/seal.ts';
import { buildReport } from './build.ts';
import { reportJson } from './write.ts';

const cell = planCell('here', 'fra', 'fake-echo', { options: { count: 300 } });
const R1 = planRequirement('R1', 'rtt_ms p99 <= 20', [cell]);

function oneCell(more: Partial<FakeRun> = {}): FakeRun {
  return {
    plan: planOf([cell], { requirements: [R1] }),
    records: seatRecords(recordKey(cell.id, 0), fakeEcho, 'initiator', echoRows(300)),
    notes: cellNotes(cell.id, 1),
    endsAt: 20,
    ...more,
  };
}

const reportOf = async (run: FakeRun) => buildReport(await writeFakeRun(run), fakeRegistry);

describe('a report', () => {
  it('is what the fixture shows', async () => {
    await expect(reportJson(await reportOf(sampleRun()))).toMatchFileSnapshot('../../fixtures/results/sample.json');
  });

  it('comes out as the same bytes each time, and from the sealed samples as from the journal', async () => {
    const folder = await writeFakeRun(sampleRun());
    const first = reportJson(await buildReport(folder, fakeRegistry));
    expect(reportJson(await buildReport(folder, fakeRegistry))).toBe(first);
    await cp(join(folder, 'journal'), join(folder, 'kept'), { recursive: true });
    await seal(folder);
    expect(reportJson(await buildReport(folder, fakeRegistry))).toBe(first);
    await rm(join(folder, 'samples'), { recursive: true });
    await cp(join(folder, 'kept'), join(folder, 'journal'), { recursive: true });
    expect(reportJson(await buildReport(folder, fakeRegistry))).toBe(first);
  });

  it('gives each requirement a verdict on each of its cells, in the order of the plan', async () => {
    const { verdicts, summary } = await reportOf(sampleRun());
    expect(verdicts.map(({ id, to, result }) => `${id} ${to} ${result}`)).toEqual([
      'R1 fra-neo pass',
      'R1 par-edge inconclusive',
      'R1 par-edge inconclusive',
      'R2 fra-neo fail',
      'R2 par-edge fail',
      'R3 fra-neo pass',
      'R4 fra-neo fail',
    ]);
    expect(summary).toEqual({ pass: 2, fail: 3, inconclusive: 2, incomplete: 3 });
  });

  it('names a cell that the run never came to as not run', async () => {
    const { results, summary } = await reportOf(oneCell({ records: [], notes: [] }));
    expect(results[0]).toMatchObject({
      status: 'skipped',
      attempt: null,
      error: { code: 'NETPROBE_ABORTED', message: 'the run ended before its turn' as string },
      counts: null,
      metrics: {},
      series: {},
      startedAt: null,
      instrument: { state: 'unknown', send_lateness_ms: null },
      samples: [],
    });
    expect(summary).toEqual({ pass: 0, fail: 0, inconclusive: 1, incomplete: 1 });
  });

  it('shows what a run that died had measured, as partial', async () => {
    const run = oneCell();
    const died = { records: run.records.slice(0, 3), notes: run.notes.slice(0, 1) };
    const { endsAt: _, ...rest } = run;
    const report = await reportOf({ ...rest, ...died });
    expect(report.run).toMatchObject({ status: 'interrupted', finishedAt: null });
    expect(report.results[0]).toMatchObject({
      status: 'partial',
      error: { code: 'NETPROBE_ABORTED' },
      finishedAt: null,
      counts: { planned: 300, sent: 200, skipped: 100 },
    });
    expect(report.verdicts[0]).toMatchObject({ result: 'inconclusive' });
  });

  it('judges the attempt that the run speaks of, not an earlier one that left records', async () => {
    const error = { code: 'NETPROBE_AGENT_BUSY', origin: 'agent', message: 'busy' } as const;
    const run = oneCell();
    const notes = [...run.notes, ...cellNotes(cell.id, 12, { attempt: 2, status: 'failed', error })];
    // The first attempt's end is told late: it is still not the last attempt.
    const { results } = await reportOf({ ...run, notes: [...notes, ...run.notes.slice(1)] });
    expect(results[0]).toMatchObject({ attempt: 2, status: 'failed', counts: null, samples: [] });
  });

  it('does not let a cell pass as complete whose records are cut off', async () => {
    const run = oneCell();
    const { results, verdicts } = await reportOf({ ...run, records: run.records.slice(0, -1) });
    expect(results[0]).toMatchObject({ status: 'partial', error: { code: 'NETPROBE_RECORDS_INVALID' } });
    expect(verdicts[0]?.result).toBe('inconclusive');
    const folder = await writeFakeRun(run);
    const path = join(folder, 'journal', `${cell.id}.1.0.ndjson`);
    await writeFile(path, `${await readFile(path, 'utf8')}{"is":"ro`);
    expect((await buildReport(folder, fakeRegistry)).results[0]).toMatchObject({ status: 'partial' });
  });

  it('counts what was measured and never closed by the run as partial', async () => {
    expect((await reportOf(oneCell({ notes: [] }))).results[0]).toMatchObject({ status: 'partial', attempt: 1 });
  });
});

describe('building a report refuses', () => {
  const invalid = (message: string) =>
    expect.objectContaining({
      code: 'NETPROBE_RECORDS_INVALID',
      message: expect.stringContaining(message) as string,
    }) as Error;

  it('a plan that is not the one that was run', async () => {
    const folder = await writeFakeRun(oneCell());
    const path = join(folder, 'plan.json');
    await writeFile(path, (await readFile(path, 'utf8')).replace('"threshold": 20', '"threshold": 21'));
    await expect(buildReport(folder, fakeRegistry)).rejects.toThrow(invalid('not the plan that was run'));
  });

  it.each([
    ['not JSON', '{'],
    ['another format', '{"format":"netprobe-plan/9"}'],
    ['another format', 'null'],
  ])('a plan with %s', async (what, text) => {
    const folder = await writeFakeRun(oneCell());
    await writeFile(join(folder, 'plan.json'), text);
    await expect(buildReport(folder, fakeRegistry)).rejects.toThrow(invalid(`plan.json: `));
    await expect(buildReport(folder, fakeRegistry)).rejects.toThrow(what);
  });

  it('a folder that is no run', async () => {
    await expect(buildReport('/nowhere', fakeRegistry)).rejects.toThrow(invalid('plan.json: cannot be read'));
  });

  it('a run without its own records', async () => {
    const folder = await writeFakeRun(oneCell());
    await rm(join(folder, 'journal', 'run.ndjson'));
    await expect(buildReport(folder, fakeRegistry)).rejects.toThrow(invalid('run.ndjson: is not there'));
    await writeFile(join(folder, 'journal', 'run.ndjson'), '');
    await expect(buildReport(folder, fakeRegistry)).rejects.toThrow(invalid('no run-open record'));
    await writeFile(join(folder, 'journal', 'run.ndjson'), '{"is":"cell-open","cell":"x","attempt":0,"at":"now"}\n');
    await expect(buildReport(folder, fakeRegistry)).rejects.toThrow(
      invalid('run.ndjson, line 1: not a record of a run'),
    );
  });

  it('a kind that this version does not have', async () => {
    const folder = await writeFakeRun(oneCell());
    await expect(buildReport(folder, new Map())).rejects.toThrow(invalid('a kind that this version does not have'));
  });

  it('options that the kind does not take', async () => {
    const plan = planOf([{ ...cell, options: { count: -1 } }]);
    await expect(reportOf(oneCell({ plan }))).rejects.toThrow(invalid('options that fake-echo does not take'));
  });

  it('records of another kind than the plan says', async () => {
    const plan = planOf([{ ...cell, kind: 'fake-flow', options: {} }]);
    await expect(reportOf(oneCell({ plan }))).rejects.toThrow(invalid('a kind that does not belong here'));
  });

  it('a requirement that judges nothing, or a metric that is not there', async () => {
    const none = planOf([cell], { requirements: [{ ...R1, cells: [] }] });
    await expect(reportOf(oneCell({ plan: none }))).rejects.toThrow(invalid('R1 judges no cell'));
    const other = planOf([cell], { requirements: [{ ...R1, cells: ['x.y.z.r1'] }] });
    await expect(reportOf(oneCell({ plan: other }))).rejects.toThrow(invalid('R1 judges no cell'));
    const metric = planOf([cell], { requirements: [{ ...R1, metric: 'owd_ms' }] });
    await expect(reportOf(oneCell({ plan: metric }))).rejects.toThrow(invalid('R1 names a metric'));
  });
});
