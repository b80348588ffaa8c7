import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { folderWith, netprobe } from '../support/program.ts';

const removals: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const remove of removals.splice(0)) await remove();
});

async function runOf(yaml: string, flags: string[] = []) {
  const { folder, remove } = await folderWith({ 'sites.yaml': yaml });
  removals.push(remove);
  return { ...(await netprobe(['run', 'sites.yaml', ...flags], { cwd: folder })), folder };
}

const GOOD = 'netprobe: 1\nsites:\n  a: { agent: embedded }\nsuite:\n  - tcp-echo: { count: 5 }\n';

describe('a wrong sites.yaml', () => {
  it.each([
    ['an unknown probe', GOOD.replace('tcp-echo', 'tcp-ecoh'), /sites\.yaml:5:5: .*tcp-ecoh.*did you mean "tcp-echo"/],
    ['an unknown key', GOOD.replace('count', 'cuont'), /sites\.yaml:5:17: .*cuont.*did you mean "count"/],
    ['an unknown unit', GOOD.replace('count: 5', 'rate: 5/week'), /sites\.yaml:5:23: .*5\/week/],
    ['an unknown site in a link', `${GOOD}links: [here -> b]\n`, /sites\.yaml:6:9: .*"?b"?/],
    ['a broken link', `${GOOD}links: [here ~> a]\n`, /sites\.yaml:6:9: /],
    ['a link from elsewhere', `${GOOD}links: [a -> here]\n`, /sites\.yaml:6:9: .*here/],
    ['a port out of range', GOOD.replace('embedded', '"netprobe://host:99999"'), /sites\.yaml:3:15: .*65535/],
    ['a duplicate site', GOOD.replace('suite:', '  a: { agent: embedded }\nsuite:'), /sites\.yaml:4:3: /],
    ['broken YAML', 'netprobe: 1\nsites: {a: [}\n', /sites\.yaml:2:/],
    ['another format version', GOOD.replace('netprobe: 1', 'netprobe: 7'), /sites\.yaml:1:11: /],
  ])('%s: says where, what and what was expected', async (_, yaml, pattern) => {
    const { code, stderr, stdout } = await runOf(yaml);
    expect(stderr).toMatch(pattern);
    expect(stderr).toContain('NETPROBE_SUITE_');
    expect(stderr).not.toContain('    at ');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });

  it('is bounded: a bomb of aliases is refused', async () => {
    const layers = Array.from({ length: 9 }, (_, i) => `x${i + 1}: &x${i + 1} [${`*x${i}, `.repeat(9)}*x${i}]`);
    const { code, stderr } = await runOf(`x0: &x0 [a]\n${layers.join('\n')}\n`);
    expect(code).toBe(2);
    expect(stderr).toContain('NETPROBE_SUITE_SYNTAX');
  });

  it('that is not there or a folder is named', async () => {
    const { folder, remove } = await folderWith({});
    removals.push(remove);
    for (const name of ['nothing.yaml', '.']) {
      const { code, stderr } = await netprobe(['run', name], { cwd: folder });
      expect(code).toBe(2);
      expect(stderr).toContain('NETPROBE_SUITE_UNREADABLE');
    }
  });

  it('with a secret that is not there says which, before measuring', async () => {
    const yaml = GOOD.replace('embedded', '"netprobe://127.0.0.1:1", token: { env: NETPROBE_TEST_NO_SUCH }');
    const { code, stderr } = await runOf(yaml);
    expect(code).toBe(2);
    expect(stderr).toContain('NETPROBE_TEST_NO_SUCH');
    expect(stderr).toContain('NETPROBE_SECRET_MISSING');
  });
});

describe('an output folder', () => {
  it('that exists is never overwritten', async () => {
    const { code, stderr } = await runOf(GOOD, ['--out', '.']);
    expect(code).toBe(2);
    expect(stderr).toContain('NETPROBE_OUT_EXISTS');
  });

  it('that cannot be made is told before anything is measured', async () => {
    const { folder, remove } = await folderWith({ 'sites.yaml': GOOD, file: '' });
    removals.push(remove);
    const { code, stderr } = await netprobe(['run', 'sites.yaml', '--out', join('file', 'run')], { cwd: folder });
    expect(code).toBe(2);
    expect(stderr).toMatch(/NETPROBE_OUT_(UNWRITABLE|EXISTS)/);
    expect(stderr).toContain('nothing was measured');
  });
});
