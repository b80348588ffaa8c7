import { NetprobeError } from '../contract/error.ts';
import type { Plan } from '../contract/plan.ts';
import type { RunRecord } from '../journal/run-records.ts';
import type { Report } from './model.ts';

/** How quantiles are defined, by whose code. Its releases changed the definition before, so the version is part of it. */
export const QUANTILE_DEFINITION = 'HF7 (simple-statistics 7.12.1)';

type Of<K extends RunRecord['is']> = Extract<RunRecord, { is: K }>;

/** The report's `tool` and `run`: what the run recorded of itself. A run without an end was interrupted. */
export function runFacts(records: RunRecord[], plan: Plan, planSha256: string): Pick<Report, 'tool' | 'run'> {
  const open = records.find((record): record is Of<'run-open'> => record.is === 'run-open');
  const close = records.findLast((record): record is Of<'run-close'> => record.is === 'run-close');
  if (open === undefined) throw invalid('run.ndjson has no run-open record', {});
  if (open.planSha256 !== planSha256)
    throw invalid('plan.json is not the plan that was run', { expected: open.planSha256, found: planSha256 });
  return {
    tool: { ...open.tool, quantile: QUANTILE_DEFINITION },
    run: {
      id: open.id,
      title: plan.title,
      status: close?.status ?? 'interrupted',
      startedAt: open.startedAt,
      finishedAt: close?.at ?? null,
      planSha256,
      suiteSha256: plan.suiteSha256,
      seed: plan.seed,
    },
  };
}

function invalid(what: string, details: { expected?: string; found?: string }): NetprobeError {
  return new NetprobeError('NETPROBE_RECORDS_INVALID', what, details);
}
