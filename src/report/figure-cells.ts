import type { MetricUnit } from '../contract/kind.ts';
import { formatValue, NOTHING } from './format.ts';
import type { Cell } from './grid.ts';
import type { Result } from './model.ts';

type Figure = Result['metrics'][string];
type SampleFigure = Extract<Figure, { min: unknown }>;
type QuantileKey = Extract<keyof SampleFigure, `p${string}`>;

/** The tail that matters, best supported first: of delays the high one, of rates the low one. */
const TAILS: Record<'lower' | 'higher' | 'neither', (QuantileKey | 'min' | 'max')[]> = {
  lower: ['p99', 'p95', 'p90', 'max'],
  higher: ['p5', 'p10', 'min'],
  neither: ['p99', 'p95', 'max'],
};

/** The columns n, p50 and tail of one figure. What is no quantile says in words what it is. */
export function figureCells(figure: Figure, unit: MetricUnit, better: keyof typeof TAILS): Cell[] {
  if ('n' in figure) return sampleCells(figure, unit, better);
  if ('of' in figure) return ratioCells(figure);
  return [{ text: '' }, valueCell(figure.value, figure.why, (value) => `value ${formatValue(value, unit)}`)];
}

function sampleCells(figure: SampleFigure, unit: MetricUnit, better: keyof typeof TAILS): Cell[] {
  const n = { text: String(figure.n) };
  if (figure.n === 0) return [n, valueCell(null, figure.why, String)];
  const name = TAILS[better].find((key) => figure[key] != null);
  const tail = name === undefined ? undefined : figure[name];
  const p50 = figure.p50 == null ? NOTHING : formatValue(figure.p50, unit);
  return [n, { text: p50 }, { text: tail == null ? NOTHING : `${name} ${formatValue(tail, unit)}` }];
}

function ratioCells({ value, hits, of, why }: Extract<Figure, { of: number }>): Cell[] {
  return [{ text: String(of) }, valueCell(value, why, (share) => `${hits} of ${of} = ${formatValue(share, 'ratio')}`)];
}

function valueCell(value: number | null, why: string | undefined, shown: (value: number) => string): Cell {
  return { text: value === null ? `${NOTHING} ${why ?? ''}`.trim() : shown(value), span: 2, align: 'left' };
}
