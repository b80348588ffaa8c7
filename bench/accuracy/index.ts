import { execFile } from 'node:child_process';
import { access, writeFile } from 'node:fs/promises';
import { availableParallelism, release } from 'node:os';
import { promisify } from 'node:util';
import { pathAvailable } from '../../test/path/path.ts';
import { type Arguments, readArguments, USAGE } from './arguments.ts';
import { keepAwake } from './awake.ts';
import { irtt } from './irtt.ts';
import { measureOnce } from './measure.ts';
import type { Tool } from './measured.ts';
import { netprobe } from './netprobe.ts';
import { ping } from './ping.ts';
import { PROGRAM } from './run-folder.ts';
import { SCENARIOS, type Scenario } from './scenarios.ts';
import { sockperf } from './sockperf.ts';
import { countsText, type Row, tableText } from './table.ts';

// How far netprobe and other tools are from the truth on paths of which everything is known: docs/accuracy.md.

const TOOLS: readonly Tool[] = [netprobe, irtt, sockperf, ping];
const SECONDS = 10;
const QUICK_SECONDS = 2;
/** A bar was missed. */
const EXIT_MISSED = 1;
const EXIT_USAGE = 2;
/** It cannot be done on this machine. */
const EXIT_CANNOT = 77;

process.exitCode = await main();

async function main(): Promise<number> {
  let given: Arguments;
  try {
    given = readArguments(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n${USAGE}`);
    return EXIT_USAGE;
  }
  if (given.list) return list();
  const scenarios = SCENARIOS.filter(
    ({ name, quick }) => (given.scenarios.length === 0 || given.scenarios.includes(name)) && (!given.quick || quick),
  );
  if (scenarios.length === 0) {
    process.stderr.write(`no such scenario: ${given.scenarios.join(', ')}; --list names them\n`);
    return EXIT_USAGE;
  }
  const why = await cannot();
  if (why !== null) {
    process.stderr.write(`the accuracy bench cannot run here: ${why}\n`);
    return EXIT_CANNOT;
  }
  const tools = await toolsHere(given);
  const sleep = given.asleep ? null : keepAwake();
  if (sleep === null) process.stderr.write('cores may sleep: the emulator is later to read packets\n');
  const rows = await measureAll(scenarios, tools, given);
  sleep?.();
  process.stdout.write(`${tableText(rows)}\n`);
  const conditions = { cpus: availableParallelism(), kernel: release(), awake: sleep !== null };
  if (given.out !== null) await writeFile(given.out, `${JSON.stringify({ conditions, rows }, null, 2)}\n`);
  const missed = rows.flatMap((row) => missedBars(row, given.quick));
  for (const line of missed) process.stdout.write(`missed: ${line}\n`);
  return missed.length > 0 ? EXIT_MISSED : 0;
}

async function measureAll(scenarios: readonly Scenario[], tools: readonly Tool[], given: Arguments): Promise<Row[]> {
  const rows: Row[] = [];
  for (const scenario of scenarios) {
    const seconds = given.seconds ?? (given.quick ? QUICK_SECONDS : (scenario.seconds ?? SECONDS));
    for (let repeat = 0; repeat < given.repeats; repeat += 1) {
      // Forwards and backwards in turn, so that no tool always meets the warmer machine.
      for (const tool of repeat % 2 === 0 ? tools : tools.toReversed()) {
        const row = await measureOnce(scenario, tool, seconds, repeat);
        rows.push(row);
        process.stderr.write(`${tableText([row]).split('\n').slice(1).join('\n')}\n`);
      }
    }
  }
  return rows;
}

function list(): number {
  process.stdout.write(SCENARIOS.map(({ name, what }) => `${name}: ${what}\n`).join(''));
  return 0;
}

async function cannot(): Promise<string | null> {
  const path = await pathAvailable();
  if (!path.ok) return path.why;
  return access(PROGRAM).then(
    () => null,
    () => 'the program is not built: npm run build',
  );
}

/** The tools that are on this machine; of the others it says how to get them. */
async function toolsHere({ quick, tools }: Arguments): Promise<Tool[]> {
  const wanted = TOOLS.filter(({ name }) =>
    tools.length > 0 ? tools.includes(name) : !quick || name === 'netprobe' || name === 'ping',
  );
  const here = await Promise.all(wanted.map(({ needs }) => needs === null || isInstalled(needs.program)));
  const absent = wanted.filter((_, i) => !here[i]);
  if (absent.length > 0) {
    const packages = absent.map(({ needs }) => needs?.apt).join(' ');
    process.stderr.write(`absent: ${absent.map(({ name }) => name).join(', ')} (apt-get install ${packages})\n`);
  }
  return wanted.filter((_, i) => here[i]);
}

async function isInstalled(program: string): Promise<boolean> {
  return promisify(execFile)('sh', ['-c', `command -v ${program}`]).then(
    () => true,
    () => false,
  );
}

/** Where netprobe is not as good as it has to be. A quick run looks at counts alone. */
function missedBars({ scenario, tool, comparison, why }: Row, quick: boolean): string[] {
  if (tool !== 'netprobe') return [];
  if (comparison === null) return [`${scenario}: ${why}`];
  const counts = countsText(comparison);
  const missed = counts.endsWith(' exact') ? [] : [`${scenario}: ${counts}`];
  const bars = SCENARIOS.find(({ name }) => name === scenario)?.bars;
  if (quick || bars === undefined) return missed;
  for (const name of ['p50', 'p90', 'p99'] as const) {
    const { error } = comparison.series[0]?.figures[name] ?? { error: null };
    if (error === null || Math.abs(error) > bars[name])
      missed.push(`${scenario}: ${name} is off by ${error} ms, allowed are ${bars[name]}`);
  }
  const state = comparison.instrument?.state;
  return state === 'valid' ? missed : [...missed, `${scenario}: the instrument is ${state}`];
}
