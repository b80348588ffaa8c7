import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { Report } from '../../src/report/model.ts';
import { folderWith, PROGRAM } from '../support/program.ts';

const RTT_LIMIT_MS = 0.001;
const SUITE = `netprobe: 1
sites:
  alpha: { agent: embedded, role: candidate }
suite:
  - udp-echo: { duration: 2s, rate: 100/s }
require:
  - { id: rtt, that: "rtt_ms p50 <= ${RTT_LIMIT_MS}" }
  - { id: loss, that: "loss_ratio <= 90%" }
`;

const endings: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0)) await end();
});

/** What binds a program to one core, where the system has it (util-linux); empty elsewhere. */
const BOUND = oneCore();

function oneCore(): string[] {
  const program = 'taskset';
  const asked = spawnSync(program, ['-cp', String(process.pid)], { encoding: 'utf8' });
  const core = /: (\d+)/.exec(asked.stdout ?? '')?.[1];
  return core === undefined ? [] : [program, '-c', core];
}

function begin(args: string[], cwd?: string): ChildProcess {
  const [program = process.execPath, ...before] = [...BOUND, process.execPath];
  const child = spawn(program, [...before, ...args], { cwd, stdio: 'ignore' });
  endings.push(() => child.kill('SIGKILL'));
  return child;
}

/** A run beside processes that never let go of the cores that it may use. */
async function starvedRun(): Promise<Report> {
  const { folder, remove } = await folderWith({ 'sites.yaml': SUITE });
  endings.push(remove);
  const burning = BOUND.length > 0 ? 2 : 2 * availableParallelism();
  for (let i = 0; i < burning; i += 1) begin(['-e', 'for (;;);']);
  const run = begin([PROGRAM, 'run', 'sites.yaml', '--out', 'out', '--quiet'], folder);
  await once(run, 'exit');
  return JSON.parse(await readFile(join(folder, 'out', 'report.json'), 'utf8')) as Report;
}

// How late a starved machine is, nobody can say beforehand: what follows from how late it was, docs/instrument.md does.
describe('a machine without a core to spare', () => {
  it('says by how much it was late, and judges nothing that this may have touched', async () => {
    const { results, verdicts, vantage } = await starvedRun();
    if (BOUND.length > 0) expect(vantage.host?.facts['usable_cores']).toBe(1);
    const [result] = results;
    if (result === undefined) throw new Error('there is no result');
    expect(result.status).toBe('completed');
    const { state, reasons, send_lateness_ms, near, clock } = result.instrument;
    const { waited_ratio, event_loop_delay_ms } = near ?? {};
    const late = send_lateness_ms?.p99 ?? Number.NaN;
    const waited = waited_ratio ?? 0;
    const spins = (vantage.host?.facts['usable_cores'] as number) > 1;

    const due = [
      late > 1 ? 'send-lateness' : '',
      !spins && late > 0.3 ? 'no-spin' : '',
      waited > 0.02 ? 'starved' : '',
      clock !== 'kernel' && (event_loop_delay_ms?.p99 ?? 0) > 2 ? 'event-loop' : '',
    ].filter((code) => code !== '');
    const own = reasons.filter(({ side }) => side === 'near').map(({ code }) => code);
    // Of the machine as a whole, a hypervisor and a quota may have something to say besides.
    expect(own.filter((code) => code !== 'steal' && code !== 'throttled')).toEqual(due);
    if (late > 50 || waited > 0.25) expect(state).toBe('invalid');
    expect(state === 'valid').toBe(reasons.length === 0);

    const ofInstrument = { result: 'inconclusive', origin: 'instrument' };
    const [rtt, loss] = verdicts;
    // Measured on time, no round trip is so fast.
    if (late > 1 || state === 'invalid') expect(rtt).toMatchObject(ofInstrument);
    else expect(rtt).toMatchObject({ result: 'fail', origin: null });
    if (state === 'invalid') expect(loss).toMatchObject(ofInstrument);
    else expect(loss?.origin).toBeNull();
  });
});
