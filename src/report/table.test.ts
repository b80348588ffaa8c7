import { stripVTControlCharacters } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { fakeRegistry } from '../../test/support/fake-kinds.ts';
import { writeFakeRun } from '../../test/support/fake-run.ts';
import { sampleRun } from '../../test/support/sample-run.ts';
import { buildReport } from './build.ts';
import type { Report } from './model.ts';
import { renderTable } from './table.ts';
import { displayWidth } from './wrap.ts';

const ESC = '\u001b';

describe('the table of a report', () => {
  let report: Report;
  const plain = (of: Report, width = 80) => renderTable(of, fakeRegistry, { color: false, width });

  beforeAll(async () => {
    report = await buildReport(await writeFakeRun(sampleRun()), fakeRegistry);
  });

  it.each([80, 120])('reads as the fixture shows, %i columns wide', async (width) => {
    await expect(plain(report, width)).toMatchFileSnapshot(`../../fixtures/results/sample-${width}.txt`);
  });

  it.each([80, 100, 120, 200])('fits into %i columns', (width) => {
    for (const line of plain(report, width).split('\n')) expect(displayWidth(line)).toBeLessThanOrEqual(width);
  });

  it.each([1, 40])('still shows everything in %i columns', (width) => {
    expect(plain(report, width).replace(/\s/g, '')).toContain('PASSholdsforthiswindowandthisvantageonly');
  });

  it('has colours only when asked, and reads the same without them', () => {
    const coloured = renderTable(report, fakeRegistry, { color: true, width: 80 });
    expect(plain(report)).not.toContain(ESC);
    expect(coloured).toContain(`${ESC}[32mPASS${ESC}[39m`);
    expect(coloured).toContain(`${ESC}[31mFAIL${ESC}[39m`);
    expect(coloured).toContain(`${ESC}[33mINCONCLUSIVE${ESC}[39m`);
    const words = (text: string) => stripVTControlCharacters(text).replace(/[ ]+$/gm, '');
    expect(words(coloured)).toBe(plain(report));
  });

  it('names directions by their ends', () => {
    expect(plain(report)).toMatch(/goodput here→fra-neo .* Gbit\/s\n/);
    expect(plain(report)).toMatch(/goodput fra-neo→here .* Gbit\/s\n/);
  });

  it('marks what is by the agent’s own record, and says so once', () => {
    const results = report.results.map((result) => ({ ...result, agentStated: ['goodput_fwd_bps'] }));
    const marked = plain({ ...report, results });
    expect(marked).toMatch(/goodput here→fra-neo\*/);
    expect(marked).not.toMatch(/goodput fra-neo→here\*/);
    expect(marked.match(/^\* by the agent’s own record/gm)).toHaveLength(1);
    expect(plain(report)).not.toContain('*');
    const unseen = report.results.map((result) => ({ ...result, agentStated: ['owd_fwd_ms'] }));
    expect(plain({ ...report, results: unseen })).toBe(plain(report));
  });

  it('says why a cell failed, and where that comes from', () => {
    expect(plain(report, 120)).toMatch(
      /failed {2}NETPROBE_CONNECT_REFUSED \(target\): .*ECONNREFUSED\. Hint: is the agent/,
    );
  });

  it('lets no text of others act on the terminal, or break its lines', () => {
    const evil = `${ESC}[2Jx\u009b31m\r\n\u202eTEXT\u0007${ESC}]0;title\u0007`;
    const all = JSON.parse(
      JSON.stringify(report)
        .replaceAll('"here"', JSON.stringify(evil))
        .replaceAll('NeoCloud', JSON.stringify(evil).slice(1, -1)),
    ) as Report;
    const [first, ...rest] = all.results;
    const error = { code: 'NETPROBE_TLS', origin: 'target', message: evil, hint: evil, found: evil } as const;
    const results = [{ ...(first as Report['results'][0]), error, probe: evil }, ...rest];
    const verdicts = all.verdicts.map((verdict) => ({
      ...verdict,
      why: evil,
      requirement: evil,
      clause: evil,
      id: evil,
    }));
    const changed = { ...all, run: { ...all.run, title: evil, id: evil }, results, verdicts };
    const text = plain({ ...changed, notApplicable: [{ from: evil, to: evil, probe: evil, why: evil }] });
    expect(text).not.toMatch(/[^\P{Cc}\n]|\p{Cf}/u);
    expect(text.split('\n').length).toBeLessThan(90);
  });

  it('keeps columns aligned when names are wide or combined', () => {
    const changed = JSON.parse(JSON.stringify(report).replaceAll('"fake-echo"', '"測定é́"')) as Report;
    const lines = plain({ ...changed, results: changed.results.map((each) => ({ ...each, kind: 'fake-echo' })) }).split(
      '\n',
    );
    const [row] = lines.filter((line) => line.includes('測定') && line.includes('rtt_ms'));
    const head = lines.find((line) => line.includes('metric')) as string;
    const column = (line: string, word: string) => displayWidth(line.slice(0, line.indexOf(word)));
    expect(column(row as string, 'rtt_ms')).toBe(column(head, 'metric'));
  });

  it('tells rounds apart when there are several', () => {
    const results = [
      ...report.results.slice(0, 1),
      { ...(report.results[0] as Report['results'][0]), round: 2, id: 'r2' },
    ];
    expect(plain({ ...report, results })).toMatch(/fake-echo r1[\s\S]*fake-echo r2/);
  });

  it('names the worst window of a verdict, and its round', () => {
    const [verdict, ...rest] = report.verdicts;
    const worst = { cell: 'r2', fromSec: 10, toSec: 20, observed: 17.5, n: 500, exceeding: 2 };
    const several = { ...(verdict as Report['verdicts'][0]), cells: ['here.fra-neo.fake-echo.r1', 'r2'], worst };
    const second = { ...(report.results[0] as Report['results'][0]), round: 2, id: 'r2' };
    const changed = { ...report, results: [...report.results, second], verdicts: [several, ...rest] };
    expect(plain(changed, 120)).toContain('worst window 10–20 s of r2: 2 of 500 exceed, 17.5 ms');
  });

  it('has plain spaces only', () => {
    expect(plain(report)).not.toContain('\u00a0');
  });

  it('says that a run was interrupted, and that nothing was required', () => {
    const run = { ...report.run, status: 'interrupted', finishedAt: null } as const;
    const text = plain({ ...report, run, verdicts: [], summary: { pass: 0, fail: 0, inconclusive: 0, incomplete: 3 } });
    expect(text).toContain('interrupted');
    expect(text).toContain('No requirement was given; 3 of 5 cells incomplete.');
    expect(text).not.toContain('PASS holds');
  });

  it('lays out a mesh of a thousand cells', () => {
    const results = Array.from({ length: 200 }, (_, i) => report.results.map((each) => ({ ...each, to: `site-${i}` })));
    expect(plain({ ...report, results: results.flat() }).split('\n').length).toBeGreaterThan(2000);
  });
});
