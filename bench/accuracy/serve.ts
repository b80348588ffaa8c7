import type { ChildProcess, SpawnOptions } from 'node:child_process';
import type { Path } from './measured.ts';

/** Some servers say nothing into a pipe until they end: then this must do, and be enough. */
const SILENT_MS = 1500;

/** Starts a server at the far site; resolves once it says that it is ready, or has had the time to be. */
export async function serve(
  path: Path,
  command: string,
  args: readonly string[],
  ready: string,
  options: SpawnOptions = {},
): Promise<ChildProcess> {
  const child = path.exec('b', command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(resolve, SILENT_MS);
    const hear = (text: Buffer) => {
      said += text;
      if (!said.includes(ready)) return;
      clearTimeout(timer);
      resolve();
    };
    child.stdout?.on('data', hear);
    child.stderr?.on('data', hear);
    child.once('exit', (code) => {
      clearTimeout(timer);
      reject(new Error(`${command} ended with ${code}: ${said.trim()}`));
    });
  });
  return child;
}
