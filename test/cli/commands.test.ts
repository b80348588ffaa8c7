import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { netprobe } from '../support/program.ts';

const { version } = JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

describe('the program', () => {
  it('tells its version', async () => {
    expect(await netprobe(['--version'])).toMatchObject({ code: 0, stdout: `netprobe ${version}\n`, stderr: '' });
  });

  it.each([
    ['--help'],
    ['run', '--help'],
    ['agent', '--help'],
    ['check', '--help'],
    ['probes', '--help'],
    ['schema', '--help'],
  ])('helps with %s %s', async (...args) => {
    const { code, stdout, stderr } = await netprobe(args);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('Usage: netprobe');
  });

  it.each([
    [['rnu']],
    [['run']],
    [['run', 'a', 'b']],
    [['--nonsense']],
    [['schema', 'nothing']],
    [['probes', 'tcp-ehco']],
  ])('exits with 2 for the command line %j', async (args) => {
    const { code, stderr } = await netprobe(args);
    expect(code).toBe(2);
    expect(stderr).not.toContain('    at ');
  });

  it('suggests the nearest command', async () => {
    const { stderr } = await netprobe(['chek']);
    expect(stderr).toContain('check');
  });

  it('lists every probe with its options and metrics', async () => {
    const { stdout, code } = await netprobe(['probes', '--json']);
    expect(code).toBe(0);
    const kinds = JSON.parse(stdout) as { name: string; options: object; metrics: object }[];
    expect(kinds.map(({ name }) => name)).toEqual([
      'tcp-connect',
      'tcp-echo',
      'tcp-throughput',
      'http-request',
      'http-throughput',
      'ws-echo',
      'ws-throughput',
      'udp-echo',
    ]);
    for (const kind of kinds) {
      const page = await netprobe(['probes', kind.name]);
      for (const metric of Object.keys(kind.metrics)) expect(page.stdout).toContain(metric);
    }
  });

  it.each([['sites'], ['report']])('prints the JSON Schema of %s', async (document) => {
    const { stdout, code } = await netprobe(['schema', document]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toHaveProperty('type', 'object');
  });
});
