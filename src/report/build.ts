import * as v from 'valibot';
import { NetprobeError } from '../contract/error.ts';
import type { Verdict } from '../contract/figures.ts';
import type { Registry } from '../contract/kind.ts';
import type { Plan, PlanCell } from '../contract/plan.ts';
import { type RecordFiles, readCell, readRunRecords, recordFiles } from '../journal/read-run.ts';
import type { RunRecord } from '../journal/run-records.ts';
import { localBottlenecks, withBottleneck } from './bottleneck.ts';
import { type CellRecord, lastAttempts } from './cell-record.ts';
import { REPORT_FORMAT, type Report, ReportSchema, type Result } from './model.ts';
import { isOurs } from './ours.ts';
import { checkRequirements, readPlan } from './read-plan.ts';
import { kindOf } from './reduce-cell.ts';
import { type CellOutcome, resultOf } from './results.ts';
import { runFacts } from './run-facts.ts';
import { reportSite } from './sites.ts';
import { vantageOf } from './vantage.ts';
import { verdictsOf } from './verdicts.ts';

/**
 * Computes the report of a run folder: a pure function of its plan.json and records, sealed or still in the journal.
 * One cell's samples are in memory at a time, and those of earlier rounds that a requirement is judged by.
 */
export async function buildReport(runFolder: string, registry: Registry): Promise<Report> {
  const { plan, sha256 } = await readPlan(runFolder);
  const files = await recordFiles(runFolder);
  const runRecords = await readRunRecords(runFolder, files);
  const { tool, run } = runFacts(runRecords, plan, sha256);
  checkRequirements(plan);
  const { results, verdicts } = await measured(runFolder, plan, runRecords, files, registry);
  return ordered({
    format: REPORT_FORMAT,
    tool,
    run,
    vantage: await vantageOf(runFolder, runRecords, files, registry),
    sites: plan.sites.map(reportSite),
    results,
    notApplicable: plan.notApplicable,
    verdicts,
    summary: summaryOf(results, verdicts),
  });
}

async function measured(
  runFolder: string,
  plan: Plan,
  runRecords: RunRecord[],
  files: RecordFiles,
  registry: Registry,
): Promise<{ results: Result[]; verdicts: Verdict[] }> {
  const attempts = lastAttempts(runRecords);
  const results: Result[] = [];
  const verdicts = verdictsOf(plan, registry);
  for (const cell of plan.cells) {
    const outcome = await readOutcome(runFolder, cell, attempts.get(cell.id), files, registry, isOurs(plan, cell));
    results.push(outcome.result);
    verdicts.measured(cell, outcome);
  }
  const bottlenecks = localBottlenecks(results, registry);
  return {
    results: results.map((result) => withBottleneck(result, bottlenecks.get(result.id))),
    verdicts: verdicts.judged(bottlenecks),
  };
}

async function readOutcome(
  runFolder: string,
  cell: PlanCell,
  record: CellRecord | undefined,
  files: RecordFiles,
  registry: Registry,
  farIsOurs: boolean,
): Promise<CellOutcome> {
  const kind = kindOf(cell.kind, cell.id, registry);
  const records = await readCell(runFolder, cell.id, {
    files,
    tablesOf: (name, part) => (part === '' && name !== cell.kind ? undefined : registry.get(name)?.tables),
    // The attempt that the run speaks of, even when only an earlier one left records.
    ...(record === undefined ? {} : { attempt: record.attempt }),
  });
  return resultOf(cell, kind, records, record, registry, farIsOurs);
}

function summaryOf(results: Result[], verdicts: Verdict[]): Report['summary'] {
  const count = (result: Verdict['result']) => verdicts.filter((verdict) => verdict.result === result).length;
  return {
    pass: count('pass'),
    fail: count('fail'),
    inconclusive: count('inconclusive'),
    incomplete: results.filter((result) => result.status !== 'completed').length,
  };
}

/** Parsing with the schema puts keys in its order, and lets neither NaN nor Infinity through. */
function ordered(report: Report): Report {
  const parsed = v.safeParse(ReportSchema, report);
  if (parsed.success) return parsed.output;
  const issue = parsed.issues[0];
  throw new NetprobeError('NETPROBE_INTERNAL', 'the report does not fit its own schema', {
    expected: `${issue.expected ?? issue.message} as ${v.getDotPath(issue) ?? 'the report'}`,
    found: issue.received,
  });
}
