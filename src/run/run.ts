import { createHash, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { RunEvent } from '../contract/events.ts';
import type { AnyKind, Registry } from '../contract/kind.ts';
import { failureFrom } from '../contract/outcome.ts';
import type { Plan, PlanCell } from '../contract/plan.ts';
import type { JournalRecord } from '../contract/records.ts';
import { SELF_TEST_CELL } from '../contract/self-test.ts';
import { Journal } from '../journal/append.ts';
import { JOURNAL_FOLDER } from '../journal/names.ts';
import { seal } from '../journal/seal.ts';
import { describeHost } from '../kernel/describe-host.ts';
import { buildReport } from '../report/build.ts';
import type { Report } from '../report/model.ts';
import { PLAN_FILE } from '../report/read-plan.ts';
import { writeReport } from '../report/write.ts';
import { makePlan } from '../suite/plan.ts';
import type { Suite } from '../suite/suite.ts';
import { runCell } from './cell.ts';
import type { CellOutcome } from './cell-task.ts';
import { type EmbeddedAgent, startEmbedded } from './embedded.ts';
import { defaultFolder, makeRunFolder, writeDocument } from './folder.ts';
import { greetAll } from './greet.ts';
import { RunLanes } from './lanes.ts';
import { routesTo } from './routes.ts';
import { selfTest } from './self-test.ts';
import { whereaboutsOf } from './whereabouts.ts';

export interface RunOptions {
  suite: Suite;
  registry: Registry;
  tool: { name: string; version: string };
  /** The measuring lane's module, and the program that serves embedded agents. */
  lane: URL;
  program: URL;
  /** The run folder; by default one named by start and title. */
  out?: string | undefined;
  /** Interrupts the run: what was measured is written, and the report says so. */
  signal: AbortSignal;
  on(event: RunEvent): void;
}

export interface FinishedRun {
  folder: string;
  report: Report;
}

/**
 * Runs a suite: greets the agents, freezes the plan, measures its cells in order, journals every record, and computes
 * the report by reading the records back. Throws before measuring when it cannot begin; after that, whatever happens
 * to a site is in the report.
 */
export async function runSuite(options: RunOptions): Promise<FinishedRun> {
  const { registry, tool, signal } = options;
  const suite = openSecrets(options.suite, registry);
  const startedAt = new Date();
  const folder = await makeRunFolder(options.out ?? defaultFolder(startedAt, suite.title));
  const embedded = new Map<string, EmbeddedAgent>();
  const lanes = new RunLanes(options.lane);
  try {
    await startAgents(suite, embedded, options.program);
    const hellos = await greetAll(suite, embedded, signal, (site, greeting) => {
      const agent = site.agent ?? '';
      if ('hello' in greeting)
        options.on({ is: 'agent-ready', site: site.name, agent, version: greeting.hello.tool.version });
      else options.on({ is: 'agent-failed', site: site.name, agent, error: greeting.error });
    });
    const plan = makePlan(suite, hellos, registry, tool);
    const planText = suite.vault.scrub(`${JSON.stringify(plan, null, 2)}\n`);
    await writeDocument(folder, 'sites.yaml', suite.masked);
    await writeDocument(folder, PLAN_FILE, planText);
    const journal = await Journal.open(join(folder, JOURNAL_FOLDER));
    journal.note({
      is: 'run-open',
      id: randomBytes(8).toString('hex'),
      tool: { ...tool, node: process.version, platform: process.platform, arch: process.arch },
      startedAt: startedAt.toISOString(),
      planSha256: createHash('sha256').update(planText).digest('hex'),
      host: describeHost(),
    });
    if (!signal.aborted) await selfTest(lanes, options.lane, registry, plan.seed, (record) => journal.append(record));
    await journal.close(SELF_TEST_CELL).catch(() => undefined);
    const addresses = new Set<string>();
    const status = await measure(plan, journal, lanes, embedded, folder, addresses, { ...options, suite });
    for (const route of await routesTo(addresses)) journal.note({ is: 'route', ...route });
    journal.note({ is: 'run-close', status, at: new Date().toISOString() });
    await journal.end();
    await seal(folder);
    const report = await buildReport(folder, registry);
    await writeReport(folder, report);
    options.on({ is: 'run-finished', folder, status });
    return { folder, report };
  } finally {
    await Promise.all([lanes.stop(), ...[...embedded.values()].map((agent) => agent.stop())]);
  }
}

/**
 * Opens every secret before anything is measured: one that is missing is told now, and from now on none of them stands
 * in any text, not even where a comment of sites.yaml repeats it.
 */
function openSecrets(suite: Suite, registry: Registry): Suite {
  for (const { token } of suite.sites) if (token !== null) suite.vault.open(token);
  for (const { kind, options } of suite.entries) suite.vault.reveal(options, registry.get(kind)?.secrets ?? []);
  return { ...suite, masked: suite.vault.scrub(suite.masked) };
}

async function startAgents(suite: Suite, embedded: Map<string, EmbeddedAgent>, program: URL): Promise<void> {
  const wanted = new Set(suite.links.map((link) => link.to));
  const sites = suite.sites.filter((site) => site.agent === 'embedded' && wanted.has(site.name));
  const started = await Promise.allSettled(
    sites.map(async (site) => embedded.set(site.name, await startEmbedded(program))),
  );
  for (const result of started) if (result.status === 'rejected') throw result.reason;
}

/** Measures slot after slot, the cells of one slot at the same time: nothing runs beside what saturates a path. */
async function measure(
  plan: Plan,
  journal: Journal,
  lanes: RunLanes,
  embedded: ReadonlyMap<string, EmbeddedAgent>,
  folder: string,
  addresses: Set<string>,
  options: RunOptions,
): Promise<'completed' | 'interrupted'> {
  const stop = new AbortController();
  const onAbort = () => stop.abort(options.signal.reason);
  if (options.signal.aborted) onAbort();
  options.signal.addEventListener('abort', onAbort, { once: true });
  // What is measured after a write has failed would be lost: stop, and keep what is there.
  void journal.failure.then((error) => stop.abort(error));
  options.on({ is: 'run-started', folder, cells: plan.cells.length, estimatedNs: estimate(plan.cells) });
  const numbered = plan.cells.map((cell, index) => ({ cell, index }));
  for (const slot of bySlot(numbered)) {
    if (stop.signal.aborted) break;
    await Promise.all(
      slot.map(async ({ cell, index }) => {
        const address = await measureCell(
          cell,
          index,
          plan.cells.length,
          journal,
          lanes,
          embedded,
          options,
          stop.signal,
        );
        if (address !== null) addresses.add(address);
      }),
    );
  }
  options.signal.removeEventListener('abort', onAbort);
  return stop.signal.aborted ? 'interrupted' : 'completed';
}

/** Gives the address that was measured. */
async function measureCell(
  cell: PlanCell,
  index: number,
  of: number,
  journal: Journal,
  lanes: RunLanes,
  embedded: ReadonlyMap<string, EmbeddedAgent>,
  { suite, registry, on }: RunOptions,
  signal: AbortSignal,
): Promise<string | null> {
  const attempt = 1;
  const { id, from, to, probe } = cell;
  const kind = registry.get(cell.kind) as AnyKind;
  const secrets = kind.secrets ?? [];
  on({ is: 'cell-started', cell: id, from, to, probe, index, of, estimatedNs: estimate([cell]) });
  journal.note({ is: 'cell-open', cell: id, attempt, at: new Date().toISOString() });
  let outcome: CellOutcome;
  try {
    const deps = {
      kind,
      lane: lanes.get(cell.lane),
      whereabouts: whereaboutsOf(cell, suite, embedded),
      revealed: suite.vault.reveal(cell.options, secrets),
      concealed: suite.vault.conceal(cell.options, secrets),
      append: (record: JournalRecord) => journal.append(scrubbed(record, suite)),
      progress: (rows: number) => on({ is: 'cell-progress', cell: id, rows }),
    };
    outcome = await runCell(cell, attempt, deps, signal);
  } catch (error) {
    outcome = { status: 'failed', error: failureFrom(error, to).toJSON(), address: null, dnsNs: null };
  }
  const { status, error, address, dnsNs } = scrub(outcome, suite);
  await journal.close(id).catch(() => undefined);
  journal.note({ is: 'cell-close', cell: id, attempt, at: new Date().toISOString(), status, error, address, dnsNs });
  on({ is: 'cell-finished', cell: id, status, error, index, of });
  return address;
}

/** Rows are numbers; what has words in it could repeat a secret. */
function scrubbed(record: JournalRecord, suite: Suite): JournalRecord {
  return record.is === 'rows' || record.is === 'open' ? record : scrub(record, suite);
}

function scrub<V>(value: V, suite: Suite): V {
  return JSON.parse(suite.vault.scrub(JSON.stringify(value))) as V;
}

function bySlot<C extends { cell: PlanCell }>(cells: C[]): C[][] {
  const slots = new Map<number, C[]>();
  for (const each of cells) slots.set(each.cell.slot, [...(slots.get(each.cell.slot) ?? []), each]);
  return [...slots.values()];
}

/** The likely time of cells: their schedule without the slack of their deadline; those of a slot run at once. */
function estimate(cells: PlanCell[]): number {
  const longest = (slot: { cell: PlanCell }[]) =>
    Math.max(...slot.flatMap(({ cell }) => cell.costs.map((cost) => cost.durationNs)));
  return bySlot(cells.map((cell) => ({ cell }))).reduce((sum, slot) => sum + longest(slot), 0);
}
