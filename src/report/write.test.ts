import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { fakeRegistry } from '../../test/support/fake-kinds.ts';
import { temporaryFolder, writeFakeRun } from '../../test/support/fake-run.ts';
import { sampleRun } from '../../test/support/sample-run.ts';
import { buildReport } from './build.ts';
import type { Report } from './model.ts';
import { reportJson, reportYaml, writeReport } from './write.ts';

const sample = async (): Promise<Report> => buildReport(await writeFakeRun(sampleRun()), fakeRegistry);

describe('writing a report', () => {
  it('writes the same document as JSON and as YAML, and leaves nothing else', async () => {
    const folder = await temporaryFolder();
    const report = await sample();
    await writeReport(folder, report);
    const json = JSON.parse(await readFile(join(folder, 'report.json'), 'utf8')) as unknown;
    expect(json).toStrictEqual(report);
    expect(parse(await readFile(join(folder, 'report.yaml'), 'utf8'))).toStrictEqual(json);
    expect((await readdir(folder)).sort()).toEqual(['report.json', 'report.yaml']);
    await writeReport(folder, report);
  });

  it('is the same document whatever texts and numbers stand in it', async () => {
    const report = await sample();
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string(),
      fc.constantFrom(
        'yes',
        '1e3',
        '0x1f',
        '2026-11-22',
        'null',
        '~',
        '- a',
        '*a',
        '&a',
        '!!a',
        'a: b',
        '# a',
        '\ud800',
        '',
      ),
    );
    await fc.assert(
      fc.asyncProperty(text, text, fc.double({ noNaN: true, noDefaultInfinity: true }), async (title, why, seed) => {
        const changed: Report = {
          ...report,
          run: { ...report.run, title, seed },
          notApplicable: [{ from: why, to: title, probe: why, why }],
        };
        expect(parse(await reportYaml(changed))).toStrictEqual(JSON.parse(reportJson(changed)));
      }),
      { numRuns: 60 },
    );
  });

  it('prints no character raw that a terminal could obey', async () => {
    const report = await sample();
    const title = '\u001b[31m\u009b31m\u007f\u202e\u2066\u2028';
    const json = reportJson({ ...report, run: { ...report.run, title } });
    expect(json).not.toMatch(/[^\P{Cc}\n]|[\u2028-\u202e\u2066-\u2069]/u);
    expect((JSON.parse(json) as Report).run.title).toBe(title);
  });

  it('quotes in YAML what older readers would take for a date', async () => {
    expect(await reportYaml(await sample())).toContain('startedAt: "2026-11-22T16:00:00.000Z"');
  });

  it('says which file it could not write', async () => {
    const folder = await temporaryFolder();
    await mkdir(join(folder, 'report.json'));
    await expect(writeReport(folder, await sample())).rejects.toMatchObject({
      code: 'NETPROBE_WRITE_FAILED',
      message: expect.stringContaining('report.json') as string,
    });
    expect(await readdir(folder)).toEqual(['report.json']);
  });
});
