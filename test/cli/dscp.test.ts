import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { isMissing } from '../../src/kernel/missing.ts';
import { openKernel } from '../../src/kernel/native.ts';
import type { Report } from '../../src/report/model.ts';
import { folderWith, netprobe, start } from '../support/program.ts';

const TOKEN = 'a token of the tests, long enough';
const OFF = 'turned off by NETPROBE_KERNEL=off';
const removals: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const remove of removals.splice(0)) await remove();
});

async function run(site: string, env: Record<string, string>): Promise<{ code: number | null; report: Report }> {
  const { folder, remove } = await folderWith({
    'sites.yaml': `netprobe: 1
sites: { far: ${site} }
suite:
  - udp-echo: { count: 300, rate: 1000/s, dscp: EF }
  - tcp-echo: { count: 300, rate: 1000/s, dscp: EF }
require:
  - { id: R1, probe: udp-echo, that: "rtt_ms p90 <= 1000", max_withheld: 0% }
  - { id: R2, probe: tcp-echo, that: "rtt_ms p90 <= 1000", max_withheld: 0% }
`,
  });
  removals.push(remove);
  const { code } = await netprobe(['run', 'sites.yaml', '--out', 'out', '--quiet'], { cwd: folder, env });
  return { code, report: JSON.parse(await readFile(join(folder, 'out/report.json'), 'utf8')) as Report };
}

function verdicts({ verdicts: all }: Report) {
  return all.map(({ id, result, why }) => [id, result, why]);
}

const undecided = (why: string) => ['R1', 'R2'].map((id) => [id, 'inconclusive', expect.stringContaining(why)]);

// A machine whose kernel cannot be asked cannot tell the two ends apart: the agent refuses first.
describe.skipIf(isMissing(await openKernel()))('a DSCP that cannot be set', () => {
  it('by the agent leaves the verdict open, and says what is wanting there', async () => {
    const env = { NETPROBE_TOKEN: TOKEN, NETPROBE_KERNEL: 'off' };
    const agent = start(['agent', '--listen', '127.0.0.1:0', '--json'], { env });
    removals.push(async () => {
      agent.child.kill('SIGTERM');
      await agent.ended;
    });
    await agent.says('"hello"');
    const { port } = JSON.parse(agent.out.stdout) as { port: number };
    const site = `{ agent: "netprobe://127.0.0.1:${port}", token: { env: TEST_TOKEN } }`;
    const { code, report } = await run(site, { TEST_TOKEN: TOKEN });
    const error = { code: 'NETPROBE_DSCP_UNSUPPORTED', origin: 'agent', hint: expect.stringContaining('on the agent') };
    expect(report.results.map((result) => result.error)).toMatchObject([error, error]);
    const why = `failed: NETPROBE_DSCP_UNSUPPORTED: the agent cannot mark packets with DSCP 46: ${OFF}`;
    expect(verdicts(report)).toEqual(undecided(why));
    expect(code).toBe(3);
  });

  it('by this machine leaves the verdict open, and says what is wanting here', async () => {
    const { code, report } = await run('{ agent: embedded }', { NETPROBE_KERNEL: 'off' });
    const why = `failed: NETPROBE_DSCP_UNSUPPORTED: this machine cannot mark packets with DSCP 46: ${OFF}`;
    expect(verdicts(report)).toEqual(undecided(why));
    expect(report.results[0]?.error?.origin).toBe('local');
    expect(code).toBe(3);
  });

  it('is set where both ends can', async () => {
    const { report } = await run('{ agent: embedded }', {});
    expect(report.results.map(({ status }) => status)).toEqual(['completed', 'completed']);
  });
});
