import { readFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { Report } from '../../src/report/model.ts';
import { folderWith, netprobe, start } from '../support/program.ts';

const removals: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const remove of removals.splice(0)) await remove();
});

async function folder(yaml: string): Promise<string> {
  const { folder: made, remove } = await folderWith({ 'sites.yaml': yaml });
  removals.push(remove);
  return made;
}

async function run(yaml: string): Promise<{ code: number | null; report: Report }> {
  const cwd = await folder(yaml);
  const { code } = await netprobe(['run', 'sites.yaml', '--out', 'out', '--quiet'], { cwd });
  return { code, report: JSON.parse(await readFile(join(cwd, 'out/report.json'), 'utf8')) as Report };
}

async function server(): Promise<number> {
  const listening: Server = createServer((socket) => socket.resume().on('error', () => undefined));
  await new Promise<void>((resolve) => {
    listening.listen(0, '127.0.0.1', resolve);
  });
  removals.push(() => new Promise((resolve) => listening.close(resolve)));
  return (listening.address() as AddressInfo).port;
}

describe('a control site', () => {
  const sites = (candidate: number, control: number) => `netprobe: 1
sites:
  fra: { role: candidate, targets: { tcp: "127.0.0.1:${candidate}" } }
  anchor: { role: control, targets: { tcp: "127.0.0.1:${control}" } }
suite: [{ tcp-connect: { count: 20, rate: 200/s } }]
require: [{ id: R1, that: "connect_ms p50 <= 20000" }]
`;

  it('shows whose fault it is, is measured at the same time, and is not judged itself', async () => {
    const { code, report } = await run(sites(1, await server()));
    expect(report.verdicts).toMatchObject([
      { to: 'fra', result: 'fail', origin: null, why: expect.stringContaining('not shared by control anchor') },
    ]);
    const [fra, anchor] = report.results;
    expect(anchor?.status).toBe('completed');
    expect(Date.parse(anchor?.startedAt ?? '')).toBeLessThanOrEqual(Date.parse(fra?.finishedAt ?? ''));
    expect(code).toBe(1);
  });

  it('that shares a breach leaves it undecided', async () => {
    const { code, report } = await run(sites(1, 1));
    expect(report.verdicts).toMatchObject([
      {
        to: 'fra',
        result: 'inconclusive',
        origin: 'vantage',
        why: expect.stringContaining('shared by control anchor'),
      },
    ]);
    expect(code).toBe(3);
  });
});

describe('netprobe plan', () => {
  const yaml = `netprobe: 1
sites:
  fra: { role: candidate, agent: "netprobe://192.0.2.1:8620" }
  par: { role: candidate, agent: "netprobe://192.0.2.2:8620" }
rounds: 2
suite:
  - tcp-echo: { duration: 30s, rate: 10/s }
  - tcp-throughput: { duration: 5s }
require:
  - { id: R1, probe: tcp-echo, that: "rtt_ms p95 <= 20" }
  - { id: R2, probe: tcp-echo, that: "rtt_ms p99.9 <= 20" }
`;

  it('reaches nobody, and says what a run would do and could decide', async () => {
    const cwd = await folder(yaml);
    const { code, stdout } = await netprobe(['plan', 'sites.yaml', '--json'], { cwd });
    expect(code).toBe(0);
    const told = JSON.parse(stdout) as { slots: { cells: string[] }[]; requirements: object[]; durationNs: number };
    // Both echo cells of a round share a slot; throughput runs link by link.
    expect(told.slots.map(({ cells }) => cells.length)).toEqual([2, 1, 1, 2, 1, 1]);
    expect(told.requirements).toMatchObject([
      { id: 'R1', to: 'fra', samples: 600, independent: 59, outlook: 'likely' },
      { id: 'R1', to: 'par', samples: 600, outlook: 'likely' },
      { id: 'R2', to: 'fra', samples: 600, independent: 2995, outlook: 'undecidable' },
      { id: 'R2', to: 'par', samples: 600, outlook: 'undecidable' },
    ]);
  });

  it('prints it for people', async () => {
    const cwd = await folder(yaml);
    const { stdout } = await netprobe(['plan', 'sites.yaml', '--correlation', '1s'], { cwd });
    expect(stdout).toContain('here.fra.tcp-echo.r1');
    expect(stdout).toContain('what the path gives');
    expect(stdout).toContain('cannot be decided');
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(120);
    const wrong = await netprobe(['plan', 'sites.yaml', '--correlation', 'long'], { cwd });
    expect(wrong).toMatchObject({ code: 2, stderr: expect.stringContaining('NETPROBE_USAGE') });
  });
});

describe('an agent that serves STAMP to others', () => {
  it('answers a netprobe that has no token for it, and nobody outside of its networks', async () => {
    const agent = start(['agent', '--listen', '127.0.0.1:0', '--json', '--serve', 'stamp', '--allow', '127.0.0.0/8']);
    removals.push(async () => {
      agent.child.kill('SIGTERM');
      await agent.ended;
    });
    await agent.says('"hello"');
    const { port } = JSON.parse(agent.out.stdout) as { port: number };
    const yaml = `netprobe: 1
sites: { far: { targets: { stamp: "127.0.0.1:${port}" } } }
suite: [{ udp-echo: { count: 50, rate: 100/s, timeout: 500ms } }]
`;
    const { code, report } = await run(yaml);
    expect(code).toBe(0);
    expect(report.results[0]?.counts).toMatchObject({ sent: 50, received: 50 });
    // It counts, so nothing lost is known to be lost nowhere.
    expect(report.results[0]?.metrics['loss_fwd_ratio']).toMatchObject({ value: 0, hits: 0 });
    const cwd = await folder(yaml);
    const { stdout } = await netprobe(['check', 'sites.yaml'], { cwd });
    expect(stdout).toContain('a STAMP reflector answers');
  });

  it('does not start without a list of networks', async () => {
    const { code, stderr } = await netprobe(['agent', '--serve', 'stamp']);
    expect(code).toBe(2);
    expect(stderr).toContain('NETPROBE_AGENT_OPEN');
  });
});
