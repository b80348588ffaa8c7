import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { isMissing } from './missing.ts';
import { openKernel } from './native.ts';
import { spinnersHere } from './spinners.ts';

const kernel = await openKernel();
const folders: string[] = [];
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true });
});

async function path(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'netprobe-test-'));
  folders.push(folder);
  return join(folder, 'spinning');
}

it('knows of nobody without a kernel, and so takes no core for itself', async () => {
  const alone = spinnersHere({ missing: 'off' }, await path());
  alone.join();
  expect(alone.others()).toBe(true);
  alone.leave();
});

describe.runIf(!isMissing(kernel))('who spins on this machine', () => {
  it('is known to others, and not counted by itself', async () => {
    const file = await path();
    const [a, b, c] = [spinnersHere(kernel, file), spinnersHere(kernel, file), spinnersHere(kernel, file)];
    expect(c.others()).toBe(false);
    a.join();
    b.join();
    expect(c.others()).toBe(true);
    a.leave();
    expect(b.others()).toBe(false);
    expect(c.others()).toBe(true);
    b.leave();
    expect(c.others()).toBe(false);
  });

  it('does not wait for a pipe that somebody has put there', async () => {
    const file = await path();
    execFileSync('mkfifo', [file]);
    expect(spinnersHere(kernel, file).others()).toBe(true);
  });

  it('follows no link', async () => {
    const file = await path();
    await symlink(`${file}.elsewhere`, file);
    expect(spinnersHere(kernel, file).others()).toBe(true);
    await expect(readFile(`${file}.elsewhere`)).rejects.toThrow('ENOENT');
  });
});
