import { spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { availableParallelism, loadavg } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { endChild } from '../../test/path/running.ts';
import { quantile } from './quantile.ts';
import { PROGRAM, type Result, resultsOf, rowsOf } from './run-folder.ts';
import { firstWords, inFolder, runOn, startOn } from './run-program.ts';

// How late netprobe sends, by its own samples: alone, with 1000 sessions at once, and on a machine without a core to
// spare, where it has to say so itself: docs/accuracy.md. A quick run (2 s, the first and the last) takes either: on time,
// or marked.

interface Case {
  name: string;
  what: string;
  sites: number;
  rate: number;
  /** The first tenths of a second of a thousand sessions are its code's first runs, and late; their share is told by p99. */
  seconds: number;
  /** Bar of the p99 in ms; null: it has to be marked instead. */
  bar: number | null;
}

const CASES: readonly Case[] = [
  { name: 'one', what: 'one session, 1000/s', sites: 1, rate: 1000, seconds: 10, bar: 0.3 },
  { name: 'thousand', what: '1000 sessions, 10/s each', sites: 1000, rate: 10, seconds: 30, bar: 1 },
  { name: 'starved', what: 'one session, 1000/s, every core busy', sites: 1, rate: 1000, seconds: 10, bar: null },
];

const { values } = parseArgs({
  options: { seconds: { type: 'string' }, only: { type: 'string' }, quick: { type: 'boolean', default: false } },
});
const { only, quick } = values;
for (const each of CASES) {
  if (only === undefined ? !quick || each.sites === 1 : only === each.name)
    await measure(each, Number(values.seconds ?? (quick ? 2 : each.seconds)));
}

async function measure({ name, what, sites, rate, bar }: Case, seconds: number): Promise<void> {
  const load = loadavg()[0];
  const args = [PROGRAM, 'agent', '--listen', '127.0.0.1:0', '--json', '--max-sessions', '1100'];
  const agent = startOn(null, process.execPath, args);
  const busy = bar === null ? Array.from({ length: availableParallelism() }, spinning) : [];
  try {
    const { agent: url } = JSON.parse(await firstWords(agent, 10_000)) as { agent: string };
    await inFolder(async (folder) => {
      const file = join(folder, 'sites.yaml');
      const run = join(folder, 'run');
      await writeFile(file, yaml(url, sites, rate, seconds));
      const { stderr } = await runOn(null, process.execPath, [PROGRAM, 'run', file, '--out', run, '--quiet']);
      const results = await resultsOf(run, stderr);
      const rows = await rowsOf(run, 'request');
      const lateMs = rows.map(({ sent, intended }) => ((sent ?? Number.NaN) - (intended ?? Number.NaN)) / 1e6);
      const [p50, p99, max] = [0.5, 0.99, 1].map((p) => quantile(lateMs, p));
      const figures = `p50 ${p50?.toFixed(3)} ms, p99 ${p99?.toFixed(3)} ms, max ${max?.toFixed(3)} ms`;
      const met = bar === null ? marked(results) : (p99 ?? Number.NaN) <= bar || (quick && marked(results));
      const limit = bar === null ? 'it has to be marked' : `bar ${bar} ms${quick ? ', or marked' : ''}`;
      process.stdout.write(
        `${name}: ${what}: ${lateMs.length} sends, late ${figures}; ${limit} ${met ? 'met' : 'MISSED'}; ${states(results)}; load ${load}\n`,
      );
      if (!met) process.exitCode = 1;
    });
  } finally {
    for (const process of busy) process.kill('SIGKILL');
    await endChild(agent);
  }
}

function yaml(url: string, sites: number, rate: number, seconds: number): string {
  const names = Array.from({ length: sites }, (_, i) => `  s${i}: { agent: "${url}" }`);
  const probe = `udp-echo: { count: ${rate * seconds}, rate: ${rate}/s, sampling: periodic }`;
  return `netprobe: 1\ntitle: lateness\nsites:\n${names.join('\n')}\nsuite:\n  - ${probe}\n`;
}

function spinning() {
  return spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' });
}

function marked(results: readonly Result[]): boolean {
  return results.every(({ instrument }) => instrument.state !== 'valid');
}

function states(results: readonly Result[]): string {
  const counts = new Map<string, number>();
  for (const { status, instrument } of results) {
    const reasons = [...new Set(instrument.reasons.map(({ side, code }) => `${side} ${code}`))].join(' + ');
    const words = `${status}, ${instrument.state}${reasons === '' ? '' : ` (${reasons})`}`;
    counts.set(words, (counts.get(words) ?? 0) + 1);
  }
  return [...counts].map(([words, count]) => `${count} × ${words}`).join('; ');
}
