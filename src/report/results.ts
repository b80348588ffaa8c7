import { NetprobeError } from '../contract/error.ts';
import type { Estimate, Reduced } from '../contract/estimate.ts';
import type { AnyKind, Metric, Registry } from '../contract/kind.ts';
import type { PlanCell } from '../contract/plan.ts';
import type { CellRecords } from '../journal/read-run.ts';
import { roundTo } from '../stats/round.ts';
import { summarise } from '../stats/summary.ts';
import { type CellRecord, isMeasured, outcomeOfCell } from './cell-record.ts';
import { instrumentOf } from './instrument.ts';
import type { Result } from './model.ts';
import { shownOptions } from './options.ts';
import { reduceCell } from './reduce-cell.ts';

/** A cell's result, and the estimates that requirements are judged by. */
export interface CellOutcome {
  result: Result;
  /** By metric; empty when nothing was recorded. */
  estimates: Record<string, Estimate>;
  /** What verdicts use instead of some of them, and what that is. */
  judged: NonNullable<Reduced<string>['judged']>;
  /** What bounds those that are the far end's word. */
  bounds: NonNullable<Reduced<string>['bounds']>;
  /** Null when nothing was recorded. */
  sendLateness: Estimate | null;
  busyRatio: number | null;
}

/** Computes a cell's result from its records alone. `record` is what the run noted of it; undefined: it never came to it. `farIsOurs`: `isOurs`. */
export async function resultOf(
  cell: PlanCell,
  kind: AnyKind,
  records: CellRecords,
  record: CellRecord | undefined,
  registry: Registry,
  farIsOurs: boolean,
): Promise<CellOutcome> {
  const reduced = isMeasured(records) ? await reduceCell(cell, kind, records.seats, registry) : null;
  const result: Result = {
    id: cell.id,
    from: cell.from,
    to: cell.to,
    probe: cell.probe,
    kind: cell.kind,
    round: cell.round,
    attempt: record?.attempt ?? records.attempt,
    ...whole(outcomeOfCell(record, records), reduced),
    options: shownOptions(cell.options),
    address: record?.address ?? null,
    dns_ms: record?.dnsNs == null ? null : roundTo(record.dnsNs / 1e6, 'ms'),
    startedAt: record?.startedAt ?? null,
    finishedAt: record?.finishedAt ?? null,
    counts: reduced?.counts ?? null,
    notes: reduced?.notes ?? {},
    metrics: reduced === null ? {} : mapMetrics(kind, reduced, summarise),
    ...agentStated(kind, reduced),
    ...(reduced?.flows === undefined ? {} : { flows: reduced.flows.map((flow) => flowOf(flow, kind)) }),
    series: reduced === null ? {} : mapMetrics(kind, reduced, seriesOf),
    instrument: instrumentOf(reduced, records.seats, farIsOurs),
    samples: records.samples,
  };
  return {
    result,
    estimates: reduced?.metrics ?? {},
    judged: reduced?.judged ?? {},
    bounds: reduced?.bounds ?? {},
    sendLateness: reduced?.sendLateness ?? null,
    busyRatio: reduced?.busyRatio ?? null,
  };
}

/** A cell that claims to be complete and lacks samples is not: its figures must not pass for the whole. */
function whole(
  outcome: Pick<Result, 'status' | 'error'>,
  reduced: Reduced<string> | null,
): Pick<Result, 'status' | 'error'> {
  const skipped = reduced?.counts.skipped ?? 0;
  if (outcome.status !== 'completed' || skipped === 0) return outcome;
  const message = `${skipped} of ${reduced?.counts.planned} planned samples were not measured`;
  return { status: 'partial', error: new NetprobeError('NETPROBE_RECORDS_INVALID', message).toJSON() };
}

/** Something for each metric, in the order in which the kind declares them. */
function mapMetrics<T>(
  kind: AnyKind,
  reduced: Reduced<string>,
  make: (estimate: Estimate, metric: Metric) => T | undefined,
): Record<string, T> {
  const metrics = Object.entries(kind.metrics as Record<string, Metric>);
  const made = metrics.map(([name, metric]) => [name, make(estimateOf(name, kind, reduced), metric)] as const);
  return Object.fromEntries(made.filter((entry): entry is [string, T] => entry[1] !== undefined));
}

/** The metrics that there is a figure of by the far end's word alone. */
function agentStated(kind: AnyKind, reduced: Reduced<string> | null): Pick<Result, 'agentStated'> {
  const metrics = Object.entries(kind.metrics as Record<string, Metric>);
  const given = metrics.filter(([name]) => reduced !== null && estimateOf(name, kind, reduced).is !== 'missing');
  const stated = given.filter(([, { statedBy }]) => statedBy === 'agent').map(([name]) => name);
  return stated.length === 0 ? {} : { agentStated: stated };
}

type Flow = NonNullable<Reduced<string>['flows']>[number];

/** A flow's figures: of the metrics that it gives, by what the kind declares of them. */
function flowOf({ flow, label, counts, metrics }: Flow, kind: AnyKind): NonNullable<Result['flows']>[number] {
  const declared = kind.metrics as Record<string, Metric>;
  const stray = Object.keys(metrics).find((name) => !(name in declared));
  if (stray !== undefined)
    throw new NetprobeError('NETPROBE_INTERNAL', `${kind.name} gave an estimate of ${stray} and does not declare it`);
  const given = Object.entries(declared).filter(([name]) => name in metrics);
  const figures = given.map(([name, metric]) => [name, summarise(metrics[name] as Estimate, metric)]);
  return { flow, label, counts, metrics: Object.fromEntries(figures) };
}

function estimateOf(name: string, kind: AnyKind, reduced: Reduced<string>): Estimate {
  const estimate = reduced.metrics[name];
  if (estimate !== undefined) return estimate;
  throw new NetprobeError('NETPROBE_INTERNAL', `${kind.name} declares ${name} and gave no estimate of it`);
}

/** The values over time as [seconds into the cell, value]; null where a sample was lost or failed. */
function seriesOf(estimate: Estimate, metric: Metric): [number, number | null][] | undefined {
  if (metric.series !== true || estimate.is !== 'sample') return undefined;
  return Array.from(estimate.values, (value, i) => [
    Number(((estimate.at[i] as number) / 1e9).toFixed(3)),
    value === Number.POSITIVE_INFINITY ? null : roundTo(value, metric.unit),
  ]);
}
