import { createHash, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { RunEvent } from '../contract/events.ts';
import type { Registry } from '../contract/kind.ts';
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
import { type EmbeddedAgent, startEmbedded } from './embedded.ts';
import { defaultFolder, makeRunFolder, writeDocument } from './folder.ts';
import { greetAll } from './greet.ts';
import { RunLanes } from './lanes.ts';
import { likelyNs, measure } from './measure.ts';
import { routesTo } from './routes.ts';
import { selfTest } from './self-test.ts';

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
    options.on({ is: 'run-started', folder, cells: plan.cells.length, estimatedNs: likelyNs(plan.cells) });
    const { status, addresses } = await measure(plan, { ...options, suite, journal, lanes, embedded });
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
