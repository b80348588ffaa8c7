import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { Report } from '../../src/report/model.ts';
import { agentProcess, folderWith, netprobe } from '../support/program.ts';

const TOKEN = 'a token of the tests, long enough';
const removals: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const remove of removals.splice(0)) await remove();
});

async function sites(yaml: string): Promise<string> {
  const { folder, remove } = await folderWith({ 'sites.yaml': yaml });
  removals.push(remove);
  return folder;
}

describe('netprobe agent', () => {
  it('prints one line of JSON when it listens, and ends on SIGTERM with 0', async () => {
    const agent = await agentProcess(TOKEN);
    const line = JSON.parse(agent.running.out.stdout) as { agent: string; hello: { kinds: string[] } };
    expect(line.agent).toBe(`netprobe://127.0.0.1:${agent.port}`);
    expect(line.hello.kinds).toContain('tcp-echo');
    const { code, stdout, stderr } = await agent.stop();
    expect(code).toBe(0);
    expect(stdout + stderr).not.toContain(TOKEN);
  });

  it.each([
    [['--listen', '0.0.0.0:0'], 'NETPROBE_AGENT_OPEN'],
    [['--listen', '[::]:0'], 'NETPROBE_AGENT_OPEN'],
    [['--listen', '0.0.0.0:0', '--token', 'short'], 'NETPROBE_TOKEN_WEAK'],
    [['--listen', '127.0.0.1:99999'], 'NETPROBE_USAGE'],
    [['--listen', 'nonsense'], 'NETPROBE_USAGE'],
    [['--max-duration', 'long'], 'NETPROBE_USAGE'],
    [['--max-rows', '0'], 'NETPROBE_USAGE'],
    [['--max-rows', '5e6'], 'NETPROBE_USAGE'],
    [['--token-file', '/nonexistent/token'], 'NETPROBE_SECRET_MISSING'],
    [['--listen', '192.0.2.1:0', '--token', 'a token that is long enough'], 'NETPROBE_LISTEN'],
  ])('refuses %j', async (flags, code) => {
    const ended = await netprobe(['agent', ...flags]);
    expect(ended.code).toBe(2);
    expect(ended.stderr).toContain(code);
    expect(ended.stderr).not.toContain('    at ');
  });

  it('says nothing to a stranger', async () => {
    const agent = await agentProcess(TOKEN);
    removals.push(() => agent.stop());
    for (const words of [
      'GET / HTTP/1.1\r\nHost: x\r\n\r\n',
      '\u0016\u0003\u0001',
      'hello\n',
      '\0NPRX'.padEnd(64, 'x'),
    ]) {
      const answer = await new Promise<string>((resolve, reject) => {
        let text = '';
        const socket = connect(agent.port, '127.0.0.1', () => socket.write(words, 'latin1'));
        socket.on('data', (chunk) => {
          text += chunk.toString('latin1');
        });
        socket.on('close', () => resolve(text));
        socket.on('error', (error: NodeJS.ErrnoException) =>
          error.code === 'ECONNRESET' ? resolve(text) : reject(error),
        );
      });
      expect(answer).toBe('');
    }
  });
});

describe('netprobe check', () => {
  it('reaches agents and targets and says what answers', async () => {
    const agent = await agentProcess(TOKEN);
    removals.push(() => agent.stop());
    const cwd = await sites(`netprobe: 1
sites:
  far: { agent: "netprobe://127.0.0.1:${agent.port}", token: { env: TEST_TOKEN } }
  own: { agent: embedded }
  port: { targets: { tcp: "127.0.0.1:${agent.port}" } }
suite: [tcp-connect]
`);
    const { code, stdout } = await netprobe(['check', 'sites.yaml', '--json'], { cwd, env: { TEST_TOKEN: TOKEN } });
    expect(code).toBe(0);
    const { valid, reached } = JSON.parse(stdout) as { valid: boolean; reached: { site: string; error: unknown }[] };
    expect(valid).toBe(true);
    expect(reached.map(({ site, error }) => [site, error])).toEqual([
      ['far', null],
      ['own', null],
      ['port', null],
    ]);
  });

  it('exits with 3 when a site does not answer, and names why', async () => {
    const cwd = await sites('netprobe: 1\nsites:\n  dead: { agent: "127.0.0.1:1" }\nsuite: [tcp-connect]\n');
    const { code, stdout } = await netprobe(['check', 'sites.yaml'], { cwd });
    expect(code).toBe(3);
    expect(stdout).toContain('NETPROBE_CONNECT_REFUSED');
  });

  it('says what a suite asks beyond an agent’s limits, and exits with 3; a run does not even ask', async () => {
    // Of 300 packets the agent may have to keep 2 each, and 1000 more.
    const agent = await agentProcess(TOKEN, ['--max-rows', '1599', '--max-duration', '30s']);
    removals.push(() => agent.stop());
    const cwd = await sites(`netprobe: 1
sites:
  far: { agent: "netprobe://127.0.0.1:${agent.port}", token: { env: TEST_TOKEN } }
  own: { agent: embedded }
suite:
  - udp-echo: { count: 300, rate: 1000/s }
  - tcp-echo: { duration: 1m }
  - tcp-echo: { count: 300, rate: 1000/s }
require:
  - { id: R1, probe: udp-echo, links: here -> far, that: "rtt_ms p90 <= 1000", max_withheld: 0% }
`);
    const env = { TEST_TOKEN: TOKEN };
    const { code, stdout } = await netprobe(['check', 'sites.yaml', '--json'], { cwd, env });
    expect(code).toBe(3);
    const { reached, beyond } = JSON.parse(stdout) as { reached: object[]; beyond: object[] };
    expect(reached).toMatchObject([
      { site: 'far', error: null, limits: { rows: 1599, durationNs: 30e9, sessions: 16 } },
      { site: 'own', error: null, limits: { rows: 5_000_000 } },
    ]);
    const error = { code: 'NETPROBE_LIMIT_EXCEEDED', origin: 'config' };
    expect(beyond).toMatchObject([
      { site: 'far', probe: 'udp-echo', error: { ...error, expected: 'at most 1599', found: '1600' } },
      // A minute, and twice the 3 s for an answer.
      { site: 'far', probe: 'tcp-echo', error: { ...error, expected: 'at most 30s', found: '66s' } },
    ]);
    const text = await netprobe(['check', 'sites.yaml'], { cwd, env });
    expect(text.code).toBe(3);
    expect(text.stdout).toMatch(/^far +udp-echo +NETPROBE_LIMIT_EXCEEDED .*expected at most 1599, found 1600/m);

    await netprobe(['run', 'sites.yaml', '--out', 'out', '--quiet'], { cwd, env });
    const report = JSON.parse(await readFile(join(cwd, 'out/report.json'), 'utf8')) as Report;
    const ofFar = report.results.filter(({ to }) => to === 'far');
    expect(ofFar.map(({ probe, status, error: found }) => [probe, status, found?.code, found?.origin])).toEqual([
      ['udp-echo', 'failed', 'NETPROBE_LIMIT_EXCEEDED', 'config'],
      ['tcp-echo', 'failed', 'NETPROBE_LIMIT_EXCEEDED', 'config'],
      ['tcp-echo-2', 'completed', undefined, undefined],
    ]);
    expect(report.verdicts).toMatchObject([
      { id: 'R1', result: 'inconclusive', why: expect.stringContaining('NETPROBE_LIMIT_EXCEEDED') },
    ]);
  });

  it('reaches nothing with --offline', async () => {
    const cwd = await sites('netprobe: 1\nsites:\n  dead: { agent: "127.0.0.1:1" }\nsuite: [tcp-connect]\n');
    const { code, stdout } = await netprobe(['check', 'sites.yaml', '--offline'], { cwd });
    expect(code).toBe(0);
    expect(stdout).toContain('valid');
  });
});
