import * as v from 'valibot';
import { NetprobeError } from '../contract/error.ts';
import type { Verdict } from '../contract/figures.ts';
import type { Metric, Registry } from '../contract/kind.ts';
import type { Plan, PlanCell, PlanRequirement } from '../contract/plan.ts';
import { type RecordFiles, readCell, readRunRecords, recordFiles } from '../journal/read-run.ts';
import type { RunRecord } from '../journal/run-records.ts';
import { judge } from '../verdict/judge.ts';
import { type CellRecord, lastAttempts } from './cell-record.ts';
import { REPORT_FORMAT, type Report, ReportSchema, type Result } from './model.ts';
import { checkRequirements, readPlan } from './read-plan.ts';
import { kindOf } from './reduce-cell.ts';
import { type CellOutcome, resultOf } from './results.ts';
import { runFacts } from './run-facts.ts';
import { reportSite } from './sites.ts';

/**
 * Computes the report of a run folder: a pure function of its plan.json and records, sealed or still in the journal.
 * One cell's samples are in memory at a time.
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
  const verdicts = new Map<PlanRequirement, Verdict[]>(plan.requirements.map((requirement) => [requirement, []]));
  for (const cell of plan.cells) {
    const outcome = await readOutcome(runFolder, cell, attempts.get(cell.id), files, registry);
    results.push(outcome.result);
    for (const [requirement, judged] of verdicts)
      if (requirement.cells.includes(cell.id)) judged.push(verdictOn(cell, requirement, outcome, registry));
  }
  return { results, verdicts: [...verdicts.values()].flat() };
}

async function readOutcome(
  runFolder: string,
  cell: PlanCell,
  record: CellRecord | undefined,
  files: RecordFiles,
  registry: Registry,
): Promise<CellOutcome> {
  const kind = kindOf(cell.kind, cell.id, registry);
  const records = await readCell(runFolder, cell.id, {
    files,
    tablesOf: (name, part) => (part === '' && name !== cell.kind ? undefined : registry.get(name)?.tables),
    // The attempt that the run speaks of, even when only an earlier one left records.
    ...(record === undefined ? {} : { attempt: record.attempt }),
  });
  return resultOf(cell, kind, records, record, registry);
}

function verdictOn(cell: PlanCell, requirement: PlanRequirement, outcome: CellOutcome, registry: Registry): Verdict {
  const metrics = kindOf(cell.kind, cell.id, registry).metrics as Record<string, Metric>;
  const metric = metrics[requirement.metric];
  if (metric === undefined)
    throw new NetprobeError(
      'NETPROBE_RECORDS_INVALID',
      `plan.json: ${requirement.id} names a metric that is not there`,
      {
        expected: Object.keys(metrics).join(', '),
        found: requirement.metric,
      },
    );
  const { status, error } = outcome.result;
  const missing = { is: 'missing', why: error?.message ?? 'nothing was recorded' } as const;
  const estimate = outcome.estimates[requirement.metric] ?? missing;
  const { sendLateness, busyRatio } = outcome;
  const judged = { status, error, estimate, sendLateness: sendLateness ?? missing, busyRatio };
  return judge(requirement, cell, judged, metric);
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
