import type { Reduced } from '../contract/estimate.ts';
import type { SampleFigure } from '../contract/figures.ts';
import type { Metric } from '../contract/kind.ts';
import { summarise } from '../stats/summary.ts';
import { BUSY_LIMIT } from '../verdict/lag.ts';
import type { Result } from './model.ts';

type Instrument = Result['instrument'];

/** Sends later than this, at the 99th percentile, are no longer the schedule that was asked for. */
const MAX_LATENESS_MS = 1;

const SEND_LATENESS: Metric = {
  unit: 'ms',
  better: 'lower',
  form: 'sample',
  doc: 'Actual minus intended send time.',
};

/** What the instrument says of its own error. `reduced` is null when nothing was recorded that could tell. */
export function instrumentState(reduced: Reduced<string> | null): Instrument {
  const figure = reduced === null ? null : (summarise(reduced.sendLateness, SEND_LATENESS) as SampleFigure);
  const busy = reduced?.busyRatio ?? null;
  const reasons = [...(figure === null ? [] : latenessReasons(figure)), ...busyReasons(busy)];
  const state = reasons.length === 0 ? 'valid' : 'suspect';
  return { state, reasons, clock: 'user', send_lateness_ms: figure, busy_ratio: busy };
}

function busyReasons(busy: number | null): string[] {
  if (busy === null || busy < BUSY_LIMIT) return [];
  return [
    `generator-bound: the measuring thread was ${Math.round(busy * 100)}% busy, so the limit may be this machine's`,
  ];
}

function latenessReasons(figure: SampleFigure): string[] {
  // Too few sends for a p99: then the latest of them must do.
  const name = figure['p99'] == null ? 'max' : 'p99';
  const late = figure[name];
  if (late == null || late <= MAX_LATENESS_MS) return [];
  return [`send lateness ${name} was ${late} ms, more than ${MAX_LATENESS_MS} ms`];
}
