import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { NetprobeError } from '../contract/error.ts';

/** An agent that has not said where it listens by then is not coming. */
const START_MS = 15_000;
/** After being asked to end, it is killed. */
const STOP_MS = 5_000;

/** An agent process of this run's own, on loopback. */
export interface EmbeddedAgent {
  host: string;
  port: number;
  secret: string;
  stop(): Promise<void>;
}

/**
 * Starts `netprobe agent` as a child process on a free loopback port, with a secret of its own. It ends when its
 * standard input does, so it cannot outlive this process, however that ends. Throws NETPROBE_AGENT_START.
 */
export async function startEmbedded(cli: URL): Promise<EmbeddedAgent> {
  const secret = randomBytes(32).toString('hex');
  const child = spawn(
    process.execPath,
    [fileURLToPath(cli), 'agent', '--listen', '127.0.0.1:0', '--json', '--end-with-stdin'],
    // Detached: Ctrl-C is the run's to handle, which then ends its agents.
    { detached: true, env: { NETPROBE_TOKEN: secret, PATH: process.env['PATH'] }, stdio: ['pipe', 'pipe', 'pipe'] },
  );
  // An agent that died already takes no input.
  child.stdin.on('error', () => undefined);
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr = (stderr + text).slice(-2000);
  });
  const exited = once(child, 'exit').catch(() => undefined);
  const stop = async () => {
    const kill = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
    child.stdin.end();
    if (child.exitCode === null && child.signalCode === null) await exited;
    clearTimeout(kill);
  };
  try {
    const line = await firstLine(child.stdout, exited);
    const { host, port } = JSON.parse(line) as { host: string; port: number };
    return { host, port, secret, stop };
  } catch (cause) {
    await stop();
    throw new NetprobeError('NETPROBE_AGENT_START', 'an embedded agent did not start', {
      expected: 'a line that says where it listens',
      found: stderr.trim() || 'nothing',
      cause,
    });
  }
}

function firstLine(stdout: NodeJS.ReadableStream, exited: Promise<unknown>): Promise<string> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('no line in time')), START_MS);
    const lines = createInterface({ input: stdout });
    lines.once('line', (line) => {
      clearTimeout(timer);
      resolve(line);
    });
    void exited.then(() => {
      clearTimeout(timer);
      reject(new Error('it ended'));
    });
  });
}
