import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** The built program, as a user gets it. */
export const PROGRAM = fileURLToPath(new URL('../../dist/bin/netprobe.js', import.meta.url));

export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** The program running: its output so far, and how it ends. */
export function start(args: string[], options: { cwd?: string; env?: Record<string, string> } = {}) {
  const child = spawn(process.execPath, [PROGRAM, ...args], {
    cwd: options.cwd,
    env: { PATH: process.env['PATH'], ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const out = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out.stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    out.stderr += text;
  });
  const ended: Promise<Ended> = once(child, 'close').then(([code]) => ({ code: code as number | null, ...out }));
  return {
    child,
    out,
    ended,
    /** Resolves when stderr or stdout says so; rejects when the program ends before. */
    says: (words: string) =>
      new Promise<void>((resolve, reject) => {
        const look = () => {
          if (out.stdout.includes(words) || out.stderr.includes(words)) resolve();
        };
        child.stdout.on('data', look);
        child.stderr.on('data', look);
        look();
        void ended.then((end) => reject(new Error(`ended without saying ${words}: ${end.stderr}${end.stdout}`)));
      }),
  };
}

/** Runs the program to its end. */
export function netprobe(args: string[], options: { cwd?: string; env?: Record<string, string> } = {}): Promise<Ended> {
  return start(args, options).ended;
}

/** An empty folder for a test, with these files in it; removed by the returned function. */
export async function folderWith(files: Record<string, string>): Promise<{ folder: string; remove(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'netprobe-test-'));
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}

/** An agent process of the built program on a free loopback port. */
export async function agentProcess(token: string, flags: string[] = []) {
  const running = start(['agent', '--listen', '127.0.0.1:0', '--json', ...flags], { env: { NETPROBE_TOKEN: token } });
  const lines = createInterface({ input: running.child.stdout });
  const [line] = (await once(lines, 'line')) as [string];
  const { port } = JSON.parse(line) as { port: number };
  return {
    port,
    running,
    async stop() {
      running.child.kill('SIGTERM');
      return await running.ended;
    },
  };
}
