import { spawnSync } from 'node:child_process';
import { cp, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { afterEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { registry } from '../../probes/index.ts';
import { buildReport } from '../../src/report/build.ts';
import type { Report } from '../../src/report/model.ts';
import { reportJson } from '../../src/report/write.ts';
import { agentProcess, folderWith, netprobe, start } from '../support/program.ts';

const TOKEN = 'a token of the tests, long enough';
const removals: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const remove of removals.splice(0)) await remove();
});

async function folder(files: Record<string, string>): Promise<string> {
  const made = await folderWith(files);
  removals.push(made.remove);
  return made.folder;
}

async function reportOf(run: string): Promise<Report> {
  return JSON.parse(await readFile(join(run, 'report.json'), 'utf8')) as Report;
}

const EMBEDDED = `netprobe: 1
title: "A run of the tests"
sites:
  alpha: { agent: embedded, role: candidate, provider: Example }
  closed: { targets: { tcp: "127.0.0.1:1" } }
suite:
  - tcp-connect: { count: 20, rate: 200/s }
  - tcp-echo: { count: 400, rate: 400/s }
  - tcp-throughput: { duration: 800ms, warmup: 100ms, streams: 2 }
require:
  - { id: R1, probe: tcp-echo, that: "rtt_ms p90 <= 1000" }
  - { id: R2, probe: tcp-connect, links: here -> closed, that: "connect_ms p50 <= 1000" }
`;

describe('a whole run', () => {
  it('measures, judges, writes everything, and recomputes to the same bytes', async () => {
    const cwd = await folder({ 'sites.yaml': EMBEDDED });
    const { code, stdout, stderr } = await netprobe(['run', 'sites.yaml', '--out', 'out'], { cwd });
    expect(stderr).not.toContain('    at ');
    expect(code).toBe(1);
    expect(stdout).toContain('A run of the tests');
    expect(stdout).not.toContain('\u001b');
    const run = join(cwd, 'out');
    expect((await readdir(run)).sort()).toEqual(['plan.json', 'report.json', 'report.yaml', 'samples', 'sites.yaml']);

    const text = await readFile(join(run, 'report.json'), 'utf8');
    const report = JSON.parse(text) as Report;
    expect(report.results.map(({ id, status }) => [id, status])).toEqual([
      ['here.alpha.tcp-connect.r1', 'completed'],
      ['here.closed.tcp-connect.r1', 'failed'],
      ['here.alpha.tcp-echo.r1', 'completed'],
      ['here.alpha.tcp-throughput.r1', 'completed'],
    ]);
    expect(report.verdicts.map(({ id, result }) => [id, result])).toEqual([
      ['R1', 'pass'],
      ['R2', 'fail'],
    ]);
    expect(parse(await readFile(join(run, 'report.yaml'), 'utf8'))).toEqual(report);

    // From plan and records alone, elsewhere: not one byte differs.
    const copy = join(cwd, 'copy');
    await cp(run, copy, { recursive: true, filter: (source) => !/report\.(json|yaml)$/.test(source) });
    expect(reportJson(await buildReport(copy, registry))).toBe(text);
  });

  it('reports fit the schema that the program prints', async () => {
    const cwd = await folder({ 'sites.yaml': EMBEDDED });
    const { stdout } = await netprobe(['run', 'sites.yaml', '--out', 'out', '--json', '--quiet'], { cwd });
    const schema = JSON.parse((await netprobe(['schema', 'report'])).stdout) as object;
    const ajv = new Ajv({ strict: false, allErrors: true });
    addFormats.default(ajv);
    const validate = ajv.compile(schema);
    expect(validate(JSON.parse(stdout)) || validate.errors).toBe(true);
  });

  it('keeps every sample, in lines that say what they are', async () => {
    const cwd = await folder({ 'sites.yaml': EMBEDDED });
    await netprobe(['run', 'sites.yaml', '--out', 'out'], { cwd });
    const zipped = await readFile(join(cwd, 'out/samples/here.alpha.tcp-echo.r1.1.0.ndjson.gz'));
    const lines = gunzipSync(zipped)
      .toString('utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { is: string; table?: string; rows?: unknown[] });
    expect(lines[0]).toMatchObject({ is: 'open', kind: 'tcp-echo', role: 'initiator' });
    const samples = lines.filter(({ table }) => table === 'echo');
    expect(samples.flatMap((line) => line.rows ?? [])).toHaveLength(400);
    expect(lines.at(-1)).toMatchObject({ is: 'close', status: 'completed' });
  });

  it('runs the same program twice with the same cell ids and plan', async () => {
    const cwd = await folder({ 'sites.yaml': EMBEDDED });
    await netprobe(['run', 'sites.yaml', '--out', 'one'], { cwd });
    await netprobe(['run', 'sites.yaml', '--out', 'two'], { cwd });
    expect(await readFile(join(cwd, 'one/plan.json'), 'utf8')).toBe(await readFile(join(cwd, 'two/plan.json'), 'utf8'));
  });
});

describe('a site that does not answer', () => {
  const dead = (more = '') => `netprobe: 1
sites:
  dead: { agent: "netprobe://127.0.0.1:1" }
  alpha: { agent: embedded }
suite:
  - tcp-echo: { count: 400, rate: 400/s }
${more}`;

  it('fails its own cells with the reason, and the run goes on', async () => {
    const cwd = await folder({ 'sites.yaml': dead() });
    const { code } = await netprobe(['run', 'sites.yaml', '--out', 'out'], { cwd });
    const { results } = await reportOf(join(cwd, 'out'));
    expect(results.map(({ to, status, error }) => [to, status, error?.code, error?.origin])).toEqual([
      ['dead', 'failed', 'NETPROBE_CONNECT_REFUSED', 'target'],
      ['alpha', 'completed', undefined, undefined],
    ]);
    expect(code).toBe(3);
  });

  it('fails its requirements as unreachable, fault not isolated', async () => {
    const cwd = await folder({ 'sites.yaml': dead('require: [{ id: R1, that: "rtt_ms p50 <= 100" }]') });
    const { code, stdout } = await netprobe(['run', 'sites.yaml', '--out', 'out'], { cwd });
    const { verdicts } = await reportOf(join(cwd, 'out'));
    expect(verdicts.map(({ to, result }) => [to, result])).toEqual([
      ['dead', 'fail'],
      ['alpha', 'pass'],
    ]);
    expect(verdicts[0]?.why).toMatch(/unreachable.*fault not isolated/);
    expect(stdout).toContain('NETPROBE_CONNECT_REFUSED');
    expect(code).toBe(1);
  });

  it('leaves them undecided when the requirement says so', async () => {
    const cwd = await folder({
      'sites.yaml': dead('require: [{ id: R1, that: "rtt_ms p50 <= 100", on_unreachable: inconclusive }]'),
    });
    const { code } = await netprobe(['run', 'sites.yaml', '--out', 'out'], { cwd });
    expect((await reportOf(join(cwd, 'out'))).verdicts[0]?.result).toBe('inconclusive');
    expect(code).toBe(3);
  });
});

describe('an agent elsewhere', () => {
  const remote = (port: number, token: string) => `netprobe: 1
sites:
  far: { agent: "netprobe://127.0.0.1:${port}", token: ${token} }
suite:
  - tcp-echo: { duration: 60s, rate: 100/s }
require: [{ id: R1, that: "rtt_ms p50 <= 1000" }]
`;

  it('is measured with the right token, which is written nowhere', async () => {
    const agent = await agentProcess(TOKEN);
    removals.push(() => agent.stop());
    const yaml = remote(agent.port, `"${TOKEN}"`).replace('duration: 60s', 'count: 50');
    const cwd = await folder({ 'sites.yaml': yaml });
    const { code, stdout, stderr } = await netprobe(['run', 'sites.yaml', '--out', 'out'], { cwd });
    expect(code).toBe(0);
    const written = spawnSync('grep', ['-rl', TOKEN, join(cwd, 'out')], { encoding: 'utf8' });
    expect(written.stdout).toBe('');
    const unzipped = spawnSync('sh', ['-c', `zcat ${join(cwd, 'out/samples')}/*.gz`], { encoding: 'utf8' });
    expect(unzipped.stdout).not.toContain(TOKEN);
    expect(stdout + stderr).not.toContain(TOKEN);
  });

  it('refuses a wrong token: a configuration error of ours, not a fault of the site', async () => {
    const agent = await agentProcess(TOKEN);
    removals.push(() => agent.stop());
    const cwd = await folder({ 'sites.yaml': remote(agent.port, '"another token, also long"') });
    const { code } = await netprobe(['run', 'sites.yaml', '--out', 'out'], { cwd });
    const { results, verdicts } = await reportOf(join(cwd, 'out'));
    expect(results[0]?.error).toMatchObject({ code: 'NETPROBE_AGENT_DENIED', origin: 'config' });
    expect(verdicts[0]?.result).toBe('inconclusive');
    expect(code).toBe(3);
  });

  it('that dies midway leaves a partial cell that says so', async () => {
    const agent = await agentProcess(TOKEN);
    const cwd = await folder({ 'sites.yaml': remote(agent.port, `"${TOKEN}"`) });
    const running = start(['run', 'sites.yaml', '--out', 'out'], { cwd });
    await measured(join(cwd, 'out'), 50);
    agent.running.child.kill('SIGKILL');
    const { code } = await running.ended;
    const { results, verdicts } = await reportOf(join(cwd, 'out'));
    expect(results[0]?.status).toBe('partial');
    expect(['NETPROBE_AGENT_CLOSED', 'NETPROBE_RESET']).toContain(results[0]?.error?.code);
    expect(results[0]?.counts?.received).toBeGreaterThanOrEqual(50);
    expect(results[0]?.counts?.skipped).toBeGreaterThan(0);
    // Or whoever fears a FAIL would end its agent.
    expect(verdicts[0]).toMatchObject({ result: 'fail', why: expect.stringContaining('withheld') });
    expect(code).toBe(1);
  });

  it('keeps what was measured when the run is interrupted, and leaves no process', async () => {
    const agent = await agentProcess(TOKEN);
    removals.push(() => agent.stop());
    const cwd = await folder({
      'sites.yaml': remote(agent.port, `"${TOKEN}"`)
        .replace('suite:', '  own: { agent: embedded }\nsuite:')
        .replace('require:', '  - tcp-connect\nrequire:'),
    });
    const running = start(['run', 'sites.yaml', '--out', 'out'], { cwd });
    await measured(join(cwd, 'out'), 50);
    running.child.kill('SIGINT');
    const { code, stdout } = await running.ended;
    expect(code).toBe(130);
    expect(stdout).toContain('interrupted');
    const { run, results } = await reportOf(join(cwd, 'out'));
    expect(run.status).toBe('interrupted');
    // The two echo cells share a slot; the others' turn never came.
    expect(results.map(({ probe, to, status, error }) => [probe, to, status, error?.code])).toEqual([
      ['tcp-echo', 'far', 'partial', 'NETPROBE_ABORTED'],
      ['tcp-echo', 'own', 'partial', 'NETPROBE_ABORTED'],
      ['tcp-connect', 'far', 'skipped', 'NETPROBE_ABORTED'],
      ['tcp-connect', 'own', 'skipped', 'NETPROBE_ABORTED'],
    ]);
    expect(results[0]?.counts?.received).toBeGreaterThanOrEqual(50);
    const left = spawnSync('pgrep', ['-P', String(running.child.pid)], { encoding: 'utf8' });
    expect(left.stdout).toBe('');
  });
});

/** Resolves when the journal of a running cell holds so many rows. */
async function measured(run: string, rows: number): Promise<void> {
  const file = join(run, 'journal', 'here.far.tcp-echo.r1.1.0.ndjson');
  for (let found = 0; found < rows; await new Promise((resolve) => setTimeout(resolve, 50))) {
    const text = await readFile(file, 'utf8').catch(() => '');
    const lines = text
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as { rows?: unknown[] });
    found = lines.reduce((sum, line) => sum + (line.rows?.length ?? 0), 0);
  }
}
