import type { ChalkInstance } from 'chalk';
import type { AnyKind, Metric, Registry } from '../contract/kind.ts';
import { figureCells } from './figure-cells.ts';
import { type Cell, type Column, renderGrid } from './grid.ts';
import { inert } from './inert.ts';
import { spaced } from './interval-text.ts';
import type { Report, Result } from './model.ts';
import { errorText, linkText, placeText } from './words.ts';
import { wrap } from './wrap.ts';

const COLUMNS: Column[] = [
  { head: 'probe', min: 12 },
  { head: 'received', align: 'right' },
  { head: 'metric', min: 14 },
  { head: 'n', align: 'right' },
  { head: 'p50', align: 'right' },
  { head: 'tail', align: 'right' },
];

/** Where there is less room, intervals stand beneath what they belong to. */
const WIDE = 110;

/** Everything that was measured: a heading for each link, a block for each probe, a line for each headline metric. */
export function resultsTable(report: Report, registry: Registry, chalk: ChalkInstance, width: number): string {
  const rounds = report.results.some((result) => result.round > 1);
  const gap = width < WIDE ? '\n' : ' ';
  const rows = [...byLink(report.results)].flatMap(([link, results]) => [
    heading(link, results[0] as Result, report, chalk),
    ...results.flatMap((result) => block(result, registry.get(result.kind), { rounds, gap, chalk })),
  ]);
  const grid = spaced(renderGrid(COLUMNS, rows, width, chalk.dim));
  if (!report.results.some((result) => result.agentStated?.some((name) => isShown(name, result, registry))))
    return grid;
  return [grid, ...wrap(STATED, width).map((line) => chalk.dim(line))].join('\n');
}

const MARK = '*';
const STATED = `${MARK} by the agent’s own record: what its counts and stamps say enters the figure, and is its owner’s word`;

function isShown(name: string, { kind: of, metrics }: Result, registry: Registry): boolean {
  return name in metrics && (registry.get(of)?.headline ?? [name]).includes(name);
}

/** In the order in which each link first appears: a plan may go by rounds, a reader goes by links. */
function byLink(results: Result[]): Map<string, Result[]> {
  const links = new Map<string, Result[]>();
  for (const result of results) {
    const link = linkText(result);
    links.set(link, [...(links.get(link) ?? []), result]);
  }
  return links;
}

function heading(link: string, { to }: Result, report: Report, chalk: ChalkInstance): Cell[] {
  const site = report.sites.find((each) => each.name === to);
  const place = site === undefined ? '' : placeText(site);
  return [
    { text: place === '' ? link : `${link}  (${place})`, span: COLUMNS.length, align: 'left', paint: chalk.bold },
  ];
}

function block(
  result: Result,
  kind: AnyKind | undefined,
  { rounds, gap, chalk }: { rounds: boolean; gap: string; chalk: ChalkInstance },
): Cell[][] {
  const probe = { text: `  ${inert(result.probe)}${rounds ? ` r${result.round}` : ''}` };
  const left = receivedCells(result, chalk);
  const right = [...figureLines(result, kind, gap), ...noteLines(result, chalk)];
  return Array.from({ length: Math.max(1, left.length, right.length) }, (_, i) => [
    i === 0 ? probe : BLANK,
    left[i] ?? BLANK,
    ...(right[i] ?? [{ text: '', span: 4, align: 'left' } as const]),
  ]);
}

const BLANK: Cell = { text: '' };

/** How many of the planned samples came back, beneath the status when that is not what was hoped for. */
function receivedCells({ status, counts }: Result, chalk: ChalkInstance): Cell[] {
  const share: Cell[] = counts === null ? [] : [{ text: `${counts.received}/${counts.planned}` }];
  return status === 'completed' ? share : [{ text: status, paint: statusPaint(status, chalk) }, ...share];
}

function statusPaint(status: Result['status'], chalk: ChalkInstance): (line: string) => string {
  return status === 'failed' ? chalk.red : chalk.yellow;
}

function figureLines(result: Result, kind: AnyKind | undefined, gap: string): Cell[][] {
  const metrics = (kind?.metrics ?? {}) as Record<string, Metric>;
  return (kind?.headline ?? Object.keys(result.metrics)).flatMap((name) => {
    const figure = result.metrics[name];
    const metric = metrics[name];
    if (figure === undefined || metric === undefined) return [];
    // What failed altogether says why once, not again for every metric that it lacks.
    const empty = 'n' in figure ? figure.n === 0 : figure.value === null;
    if (empty && result.error !== null) return [];
    const mark = result.agentStated?.includes(name) ? MARK : '';
    return [[{ text: `${metricText(name, result)}${mark}` }, ...figureCells(figure, metric.unit, metric.better, gap)]];
  });
}

/** Directions are named by their ends: up and down mean nothing between two sites. */
function metricText(name: string, { from, to }: Result): string {
  const [a, b] = [inert(from), inert(to)];
  if (name.includes('_fwd_')) return `${name.split('_fwd_')[0]} ${a}→${b}`;
  if (name.includes('_rev_')) return `${name.split('_rev_')[0]} ${b}→${a}`;
  return name;
}

function noteLines(result: Result, chalk: ChalkInstance): Cell[][] {
  const { error, instrument, attempt } = result;
  const note = (text: string, paint: (line: string) => string): Cell[] => [{ text, span: 4, align: 'left', paint }];
  return [
    ...(error === null ? [] : [note(errorText(error), statusPaint(result.status, chalk))]),
    ...instrumentText(instrument).map((text) => note(text, chalk.yellow)),
    ...notesText(result.notes).map((text) => note(text, chalk.dim)),
    ...(attempt !== null && attempt > 1 ? [note(`attempt ${attempt}`, chalk.dim)] : []),
  ];
}

/** What the instrument says against itself, in one line. */
function instrumentText({ state, reasons }: Result['instrument']): string[] {
  const of = (side: 'near' | 'far') => reasons.filter((reason) => reason.side === side).map(({ why }) => inert(why));
  const sides = (['near', 'far'] as const).filter((side) => of(side).length > 0);
  const words = sides.map((side) => (side === 'far' ? `far end: ${of(side).join('; ')}` : of(side).join('; ')));
  return words.length === 0 ? [] : [`instrument ${state}: ${words.join('; ')}`];
}

/** What else was seen, counted by name, in one line. */
function notesText(notes: Result['notes']): string[] {
  const words = Object.entries(notes).map(([name, count]) => `${count} ${inert(name).replaceAll('_', ' ')}`);
  return words.length === 0 ? [] : [`noted: ${words.join(', ')}`];
}
