import type { SampleFigure } from '../contract/figures.ts';
import type { Metric, Registry } from '../contract/kind.ts';
import { SELF_TEST_CELL, SELF_TEST_KIND, SELF_TEST_OPTIONS } from '../contract/self-test.ts';
import { type RecordFiles, readCell } from '../journal/read-run.ts';
import type { RunRecord } from '../journal/run-records.ts';
import { summarise } from '../stats/summary.ts';
import { isMeasured } from './cell-record.ts';
import { instrumentOf } from './instrument.ts';
import type { Report } from './model.ts';

type Vantage = Report['vantage'];

/** Where was measured from: the machine, its interfaces towards what was measured, and its own loopback as a yardstick. */
export async function vantageOf(
  runFolder: string,
  records: readonly RunRecord[],
  files: RecordFiles,
  registry: Registry,
): Promise<Vantage> {
  const open = records.find((record) => record.is === 'run-open');
  const routes = records.flatMap((record) =>
    record.is === 'route' ? [{ address: record.address, facts: record.facts, missing: record.missing }] : [],
  );
  return { host: open?.host ?? null, routes, self_test: await selfTest(runFolder, files, registry) };
}

async function selfTest(runFolder: string, files: RecordFiles, registry: Registry): Promise<Vantage['self_test']> {
  const kind = registry.get(SELF_TEST_KIND);
  const options = kind?.options.parse(SELF_TEST_OPTIONS);
  if (kind === undefined || !options?.ok) return null;
  const records = await readCell(runFolder, SELF_TEST_CELL, { files, tablesOf: (name) => registry.get(name)?.tables });
  if (!isMeasured(records)) return null;
  const { reduce } = await kind.reduce();
  const reduced = reduce(options.value, records.seats, {});
  const metric = kind.metrics['rtt_ms'] as Metric;
  const estimate = reduced.metrics['rtt_ms'];
  if (estimate === undefined) return null;
  const { clock, send_lateness_ms } = instrumentOf(reduced, records.seats);
  return { clock, rtt_ms: summarise(estimate, metric) as SampleFigure, send_lateness_ms, samples: records.samples };
}
