import type { MetricUnit } from '../contract/kind.ts';
import { formatValue, NOTHING } from './format.ts';
import type { Cell } from './grid.ts';
import { intervalText } from './interval-text.ts';
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

/**
 * The columns n, p50 and tail of one figure. What is no quantile says in words what it is. `gap` stands between a value
 * and its interval: a space or a new line.
 */
export function figureCells(figure: Figure, unit: MetricUnit, better: keyof typeof TAILS, gap = ' '): Cell[] {
  if ('n' in figure) return sampleCells(figure, unit, better, gap);
  if ('of' in figure) return ratioCells(figure);
  return [{ text: '' }, valueCell(figure.value, figure.why, (value) => `value ${formatValue(value, unit)}`)];
}

function sampleCells(figure: SampleFigure, unit: MetricUnit, better: keyof typeof TAILS, gap: string): Cell[] {
  const n = { text: String(figure.n) };
  if (figure.n === 0) return [n, valueCell(null, figure.why, String)];
  const name = TAILS[better].find((key) => figure[key] != null);
  const shown = (key: typeof name) => {
    const value = key === undefined ? null : (figure[key] ?? null);
    if (value === null) return NOTHING;
    const interval = figure.ci95?.[key as string];
    const bracket = interval === undefined ? '' : `${gap}${intervalText(interval, value, unit, formatValue)}`;
    return `${formatValue(value, unit)}${bracket}`;
  };
  return [n, { text: shown('p50') }, { text: name === undefined ? NOTHING : `${name} ${shown(name)}` }];
}

function ratioCells({ value, hits, of, why, ci95 }: Extract<Figure, { of: number }>): Cell[] {
  const share = (ratio: number) => {
    const bracket = ci95 === undefined ? '' : ` ${intervalText(ci95, ratio, 'ratio', formatValue)}`;
    return `${hits} of ${of} = ${formatValue(ratio, 'ratio')}${bracket}`;
  };
  return [{ text: String(of) }, valueCell(value, why, share)];
}

function valueCell(value: number | null, why: string | undefined, shown: (value: number) => string): Cell {
  return { text: value === null ? `${NOTHING} ${why ?? ''}`.trim() : shown(value), span: 2, align: 'left' };
}
