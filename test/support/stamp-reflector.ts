import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const SCRIPT = fileURLToPath(new URL('./stamp-reflector.py', import.meta.url));
const PYTHON = 'python3';

/** Whether there is a Python to run the foreign reflector with. */
export const hasPython = spawnSync(PYTHON, ['--version']).status === 0;

export interface ForeignReflector {
  port: number;
  target: string;
  close(): Promise<void>;
}

/** A STAMP reflector that shares no line with netprobe, as a process on loopback. */
export async function foreignReflector(...flags: string[]): Promise<ForeignReflector> {
  const child: ChildProcess = spawn(PYTHON, [SCRIPT, '--port', '0', ...flags], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const port = await new Promise<number>((resolve, reject) => {
    let said = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      const found = /listening (\d+)/.exec(said)?.[1];
      if (found !== undefined) resolve(Number(found));
    });
    child.once('exit', (code) => reject(new Error(`the reflector ended with ${code}`)));
  });
  return {
    port,
    target: `stamp://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        child.removeAllListeners('exit');
        child.once('exit', () => resolve());
        child.kill('SIGKILL');
      }),
  };
}
