import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { buildEmulator } from './emulator.ts';
import { describeOnPath } from './on-a-path.ts';
import { startPath } from './path.ts';

const SCRIPT = fileURLToPath(new URL('./path.sh', import.meta.url));

async function namespaces(): Promise<string[]> {
  const { stdout } = await promisify(execFile)('ip', ['netns', 'list']);
  return stdout.split('\n').map((line) => line.split(' ')[0] ?? '');
}

async function script(...args: string[]): Promise<string> {
  return (await promisify(execFile)('bash', [SCRIPT, ...args])).stdout;
}

/** An emulator as `startPath` starts it, and the names of its namespaces: none when this user may not give names. */
async function bareEmulator() {
  const { program, runs } = await buildEmulator();
  const folder = join(runs, `bare${randomBytes(4).toString('hex')}`);
  await mkdir(folder);
  await writeFile(join(folder, 'config'), 'sites a b\n');
  const emulator = spawn(program, ['run', folder, '--until-eof'], { stdio: ['pipe', 'pipe', 'inherit'] });
  await once(emulator.stdout, 'data');
  const up = await readFile(join(folder, 'up'), 'utf8');
  const names = [...up.matchAll(/^site \S+ (\S+)/gm)].map(([, name = '']) => name).filter((name) => name !== '-');
  return { emulator, folder, names };
}

function isAlive({ pid = 0 }: ChildProcess): boolean {
  return existsSync(`/proc/${pid}`);
}

describeOnPath('a path', () => {
  test('has its namespaces as long as it stands, and ends what runs in them', async () => {
    const path = await startPath({ sites: ['a', 'b'] });
    const mine = [path.sites.a, path.sites.b].flatMap(({ namespace }) => namespace ?? []);
    expect(await namespaces()).toEqual(expect.arrayContaining(mine));
    const child = path.exec('a', 'sleep', ['1000'], { stdio: 'ignore' });
    const { stdout } = await path.run('a', 'ls', ['/sys/class/net']);
    expect(stdout.trim().split('\n')).toEqual(expect.arrayContaining(['lo', 'path0']));
    const end = await path.stop();
    expect(isAlive(child)).toBe(false);
    expect((await namespaces()).filter((name) => mine.includes(name))).toEqual([]);
    expect(await path.stop()).toBe(end);
  });

  test('says what is wrong with what it is asked for', async () => {
    const sites = ['a', 'b'] as const;
    await expect(startPath({ sites, defaults: { delayMs: -1 } })).rejects.toThrow(
      'delayMs=-1: expected a number from 0',
    );
    await expect(startPath({ sites, defaults: { rateMbps: 5 } })).rejects.toThrow('rateMbps needs queueBytes');
    await expect(startPath({ sites, pairs: { 'a>c': { delayMs: 1 } } })).rejects.toThrow('no such pair');
    await expect(startPath({ sites: ['a', 'A'] })).rejects.toThrow("a site's name");
    await expect(startPath({ sites, defaults: { lossRatio: 0.9, lossBurst: 2 } })).rejects.toThrow('L / (L + 1)');
    await expect(startPath({ sites, defaults: { hops: [{ v4: '300.1.1.1' }] } })).rejects.toThrow('not a hop');
  });

  test('changes only as it may', async () => {
    const path = await startPath({ sites: ['a', 'b'] });
    try {
      await expect(path.change({ 'a>b': { lossRatio: 2 } })).rejects.toThrow('lossRatio=2');
      await path.change({ 'a>b': { lossRatio: 0.2 } });
    } finally {
      await path.stop();
    }
  });

  test('ends by itself when its owner ends', async () => {
    const { emulator, folder, names } = await bareEmulator();
    expect(await namespaces()).toEqual(expect.arrayContaining(names));
    // What a dead owner leaves of its end of the pipe: nothing.
    emulator.stdin?.destroy();
    expect(await once(emulator, 'exit')).toEqual([0, null]);
    expect((await namespaces()).filter((name) => names.includes(name))).toEqual([]);
    await rm(folder, { recursive: true });
  });

  test('that was killed is cleaned up after by the next one', async () => {
    const { emulator, folder, names } = await bareEmulator();
    await writeFile(join(folder, 'owner'), String(emulator.pid));
    emulator.kill('SIGKILL');
    await once(emulator, 'exit');
    await (await startPath({ sites: ['a', 'b'] })).stop();
    expect((await namespaces()).filter((name) => names.includes(name))).toEqual([]);
    expect(existsSync(folder)).toBe(false);
  });

  test('can be made by hand', async () => {
    const name = `hand${process.pid}`;
    const up = await script('up', name, 'sites x y', 'log on', 'path * delayMs=1');
    expect(
      up
        .trim()
        .split('\n')
        .map((line) => line.split(' ')[2]),
    ).toEqual(['198.18.0.1', '198.18.0.2']);
    try {
      await expect(script('up', name, 'sites x y')).rejects.toThrow('stands already');
      expect(await script('exec', name, 'x', 'cat', '/proc/net/dev')).toContain('path0');
      await script('change', name, 'path x>y delayMs=3');
      await expect(script('change', name, 'path x>y delay=3')).rejects.toThrow('unknown key: delay');
    } finally {
      expect(JSON.parse(await script('down', name))).toMatchObject({ log: { complete: true } });
    }
    expect(await script('log', name)).toMatch(/^from,to,ip,/);
    await rm(join((await buildEmulator()).runs, name), { recursive: true });
  });
});
