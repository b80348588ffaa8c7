import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { configLines, type MeshOptions, type PairOptions, pairLines } from './config.ts';
import { buildEmulator } from './emulator.ts';
import { answerTo, endChild, type Finished, finish, hasEnded, type PathSite, readUp } from './running.ts';
import type { PathSummary } from './summary.ts';

export { type Availability, pathAvailable } from './emulator.ts';

/** What became of a path. */
export interface PathEnd {
  summary: PathSummary;
  /** For `readLog`; null when there is none. Swept when a later process makes a path. */
  logFile: string | null;
}

/** A path, or a mesh of them, that stands. It ends with `stop`, and by itself when this process dies. */
export interface EmulatedPath<Site extends string> {
  sites: Record<Site, PathSite>;
  /** CLOCK_MONOTONIC, as `process.hrtime.bigint()` tells it: the zero of all times in options and in the log. */
  startNs: bigint;
  /** Whether the emulator was given real-time priority. */
  realtime: boolean;
  /** Nanoseconds since the start, now or at a moment of `process.hrtime.bigint()`. */
  sinceStartNs(hrtime?: bigint): number;
  /** Starts a program at a site. It is killed by `stop`, and when this process dies. */
  exec(site: Site, command: string, args: readonly string[], options?: SpawnOptions): ChildProcess;
  /** Runs a program at a site to its end. */
  run(site: Site, command: string, args: readonly string[]): Promise<Finished>;
  /** Changes paths from now on; packets on their way keep what was decided for them. */
  change(pairs: PairOptions): Promise<void>;
  /** Ends the path and what still runs at its sites. Can be called again. */
  stop(): Promise<PathEnd>;
}

/** Makes sites and the paths between them. Rejects with what the emulator says when it cannot. */
export async function startPath<const Site extends string>(options: MeshOptions<Site>): Promise<EmulatedPath<Site>> {
  const { program, runs } = await buildEmulator();
  const folder = join(runs, `np${randomBytes(4).toString('hex')}`);
  await mkdir(folder);
  await writeFile(join(folder, 'owner'), String(process.pid));
  let lines = configLines(options);
  const writeConfig = () => writeFile(join(folder, 'config'), `${lines.join('\n')}\n`);
  await writeConfig();
  // Its standard input stays open as long as this process lives.
  const emulator = spawn(program, ['run', folder, '--until-eof'], { stdio: 'pipe' });
  const ended = once(emulator, 'close');
  let complaints = '';
  emulator.stderr.on('data', (text) => {
    complaints += text;
  });
  await Promise.race([once(emulator.stdout, 'data'), ended]);
  if (hasEnded(emulator)) {
    await rm(folder, { recursive: true });
    throw new Error(`the path cannot be made: ${complaints.trim()}`);
  }

  const up = await readUp<Site>(folder);
  const children = new Set<ChildProcess>();

  function exec(site: Site, command: string, args: readonly string[], more: SpawnOptions = {}): ChildProcess {
    const child = spawn(program, ['exec', folder, site, '--die-with-parent', command, ...args], more);
    children.add(child);
    child.once('exit', () => children.delete(child));
    return child;
  }

  async function stop(): Promise<PathEnd> {
    await Promise.all([...children].map(endChild));
    emulator.stdin.end();
    await ended;
    if (emulator.exitCode !== 0) throw new Error(`the path has failed: ${emulator.signalCode ?? complaints.trim()}`);
    const summary: PathSummary = JSON.parse(await readFile(join(folder, 'summary.json'), 'utf8'));
    return { summary, logFile: options.log === false ? null : join(folder, 'log') };
  }

  let changes = 0;
  let stopped: Promise<PathEnd> | undefined;
  return {
    ...up,
    exec,
    sinceStartNs: (hrtime = process.hrtime.bigint()) => Number(hrtime - up.startNs),
    run: (site, command, args) => finish(exec(site, command, args, { stdio: ['ignore', 'pipe', 'pipe'] })),
    async change(pairs) {
      const before = lines;
      lines = [...before, ...pairLines(pairs)];
      await writeConfig();
      emulator.kill('SIGHUP');
      changes += 1;
      const answer = await answerTo(folder, changes, emulator);
      if (answer === 'ok') return;
      lines = before;
      throw new Error(`the path cannot be changed: ${answer}`);
    },
    stop: () => {
      stopped ??= stop();
      return stopped;
    },
  };
}
