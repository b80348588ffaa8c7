import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Where a site is. `namespace` is what `ip netns` calls it; null when it has no name (not root). */
export interface PathSite {
  namespace: string | null;
  v4: string;
  /** Null on a machine without IPv6. */
  v6: string | null;
}

/** What a program said that ran at a site. */
export interface Finished {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Where the sites are, as the emulator has written it down. */
export async function readUp<Site extends string>(folder: string) {
  const lines = (await readFile(join(folder, 'up'), 'utf8')).trim().split('\n');
  const words = lines.map((line) => line.split(' '));
  const word = (name: string) => words.find(([first]) => first === name)?.[1] ?? '';
  const sites = words
    .filter(([first]) => first === 'site')
    .map(([, name = '', namespace = '', , v4 = '', v6 = '']) => [
      name,
      { namespace: given(namespace), v4, v6: given(v6) },
    ]);
  return {
    sites: Object.fromEntries(sites) as Record<Site, PathSite>,
    startNs: BigInt(word('start')),
    realtime: word('realtime') === 'yes',
  };
}

function given(text: string): string | null {
  return text === '-' ? null : text;
}

/** What the emulator says to the n-th change: `ok`, or what is wrong. */
export async function answerTo(folder: string, changes: number, emulator: ChildProcess): Promise<string> {
  for (;;) {
    if (hasEnded(emulator)) return 'it has ended';
    const text = await readFile(join(folder, 'changes'), 'utf8').catch(() => '0');
    const [number = '', ...words] = text.trim().split(' ');
    if (Number(number) >= changes) return words.join(' ');
    await sleep(5);
  }
}

/** Whether a process is no more. */
export function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}

/** Kills a process that is still there. */
export async function endChild(child: ChildProcess): Promise<void> {
  if (hasEnded(child)) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

/** Lets a process run to its end. */
export async function finish(child: ChildProcess): Promise<Finished> {
  let stdout = '';
  let stderr = '';
  child.stdout?.on('data', (text) => {
    stdout += text;
  });
  child.stderr?.on('data', (text) => {
    stderr += text;
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout, stderr };
}
