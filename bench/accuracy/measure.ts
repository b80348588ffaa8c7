import { mkdtemp, rm } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MeshOptions } from '../../test/path/config.ts';
import { startPath } from '../../test/path/path.ts';
import { SINK_PORT, udpSink, udpSource } from '../../test/path/traffic.ts';
import { type Comparison, compare } from './compare.ts';
import type { Path, Tool } from './measured.ts';
import type { Scenario } from './scenarios.ts';
import type { Row } from './table.ts';

const CROSS_BYTES = 1400;

/** Measures a scenario's path, made afresh, with one tool, and compares. What goes wrong stands in the row. */
export async function measureOnce(scenario: Scenario, tool: Tool, seconds: number, repeat: number): Promise<Row> {
  const row = { scenario: scenario.name, tool: tool.name, repeat, load: loadavg()[0] ?? Number.NaN };
  const unfit = tool.unfit(scenario);
  if (unfit !== null) return { ...row, comparison: null, why: unfit };
  const folder = await mkdtemp(join(tmpdir(), 'netprobe-bench-'));
  try {
    return { ...row, comparison: await onPath(scenario, tool, seconds, folder), why: null };
  } catch (error) {
    return { ...row, comparison: null, why: error instanceof Error ? error.message : String(error) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function onPath(scenario: Scenario, tool: Tool, seconds: number, folder: string): Promise<Comparison> {
  const { both, pairs, crossPerSecond } = scenario;
  const options: MeshOptions<'a' | 'b'> = {
    sites: ['a', 'b'],
    defaults: both,
    ...(pairs === undefined ? {} : { pairs }),
    log: { only: tool.logOnly.split(' ') },
  };
  const path = await startPath(options);
  try {
    if (crossPerSecond !== undefined) await crossTraffic(path, crossPerSecond, seconds + tool.leadS + 2);
    if (scenario.blackout) {
      const atS = path.sinceStartNs() / 1e9 + tool.leadS + seconds / 2;
      await path.change({ '*': { blackouts: [{ atS, forS: 1 }] } });
    }
    const measured = await tool.measure({ path, scenario, seconds, far: path.sites.b, folder });
    const { logFile, summary } = await path.stop();
    const comparison = await compare(measured, logFile ?? '', summary);
    if (logFile !== null) await rm(logFile, { force: true });
    return comparison;
  } finally {
    await path.stop();
  }
}

async function crossTraffic(path: Path, perSecond: number, seconds: number): Promise<void> {
  await udpSink(path, 'b');
  const count = Math.ceil(perSecond * seconds);
  // It ends with the path, or before.
  udpSource(path, 'a', path.sites.b.v4, { count, perSecond, bytes: CROSS_BYTES }).catch(() => SINK_PORT);
}
