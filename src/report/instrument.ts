import type { Estimate } from '../contract/estimate.ts';
import type { SampleFigure } from '../contract/figures.ts';
import type { Metric } from '../contract/kind.ts';
import { summarise } from '../stats/summary.ts';
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

/** What the instrument says of its own error. `lateness` is null when nothing was recorded that could tell. */
export function instrumentState(lateness: Estimate | null): Instrument {
  if (lateness === null) return { state: 'valid', reasons: [], clock: 'user', send_lateness_ms: null };
  const figure = summarise(lateness, SEND_LATENESS) as SampleFigure;
  const reasons = latenessReasons(figure);
  return { state: reasons.length === 0 ? 'valid' : 'suspect', reasons, clock: 'user', send_lateness_ms: figure };
}

function latenessReasons(figure: SampleFigure): string[] {
  // Too few sends for a p99: then the latest of them must do.
  const name = figure['p99'] == null ? 'max' : 'p99';
  const late = figure[name];
  if (late == null || late <= MAX_LATENESS_MS) return [];
  return [`send lateness ${name} was ${late} ms, more than ${MAX_LATENESS_MS} ms`];
}
