import type { ChalkInstance } from 'chalk';
import type { Verdict } from '../contract/figures.ts';
import type { Metric, MetricUnit, Registry } from '../contract/kind.ts';
import { effectiveText } from '../verdict/words.ts';
import { formatExact, NOTHING } from './format.ts';
import { type Cell, type Column, renderGrid } from './grid.ts';
import { inert } from './inert.ts';
import { intervalText, spaced, unitOf as suffixOf } from './interval-text.ts';
import type { Report, Result } from './model.ts';
import { linkText } from './words.ts';

/** A reason is made of several sentences, some with others' words in them. */
const LONGEST_REASON = 2000;

const COLUMNS: Column[] = [
  { head: 'id', min: 6 },
  { head: 'level' },
  { head: 'result' },
  { head: 'link', min: 12 },
  { head: 'observed', align: 'right' },
  { head: 'n', align: 'right' },
];

/** Every requirement on every link that it judges, each with what it rests on and its reason beneath. */
export function verdictTable(report: Report, registry: Registry, chalk: ChalkInstance, width: number): string {
  const cells = new Map(report.results.map((result) => [result.id, result]));
  const rows = report.verdicts.flatMap((verdict) => {
    const unit = unitOf(verdict, cells.get(verdict.cells[0] ?? ''), registry);
    return [verdictRow(verdict, unit, chalk), ...reasonRows(verdict, unit, cells, chalk)];
  });
  return spaced(renderGrid(COLUMNS, rows, width, chalk.dim));
}

function verdictRow(verdict: Verdict, unit: MetricUnit | undefined, chalk: ChalkInstance): Cell[] {
  return [
    { text: inert(verdict.id), paint: chalk.bold },
    { text: verdict.level },
    { text: verdict.result.toUpperCase(), paint: verdictPaint(verdict.result, chalk) },
    { text: linkText(verdict) },
    { text: verdict.observed === null ? NOTHING : exact(verdict.observed, unit) },
    { text: String(verdict.n) },
  ];
}

/** What was required, what the verdict rests on, and why it came out so: too long for columns, so beneath. */
function reasonRows(
  verdict: Verdict,
  unit: MetricUnit | undefined,
  cells: ReadonlyMap<string, Result>,
  chalk: ChalkInstance,
): Cell[][] {
  const { clause, probe, requirement, why } = verdict;
  const beneath = (text: string, paint?: Cell['paint']): Cell[] => [
    BLANK,
    { text, span: COLUMNS.length - 1, align: 'left', ...(paint === undefined ? {} : { paint }) },
  ];
  const source = clause === null ? '' : ` (${inert(clause)})`;
  const basis = basisText(verdict, unit, cells);
  return [
    beneath(`${inert(probe)}: ${inert(requirement)}${source}`),
    ...(basis === '' ? [] : [beneath(basis)]),
    beneath(inert(why, LONGEST_REASON), chalk.dim),
  ];
}

/** Interval, effective size and worst window; what is not there, or says nothing more, is left out. */
function basisText(verdict: Verdict, unit: MetricUnit | undefined, cells: ReadonlyMap<string, Result>): string {
  const { n, nEffective, rho1, worst } = verdict;
  return [
    ...intervalWords(verdict, unit ?? '1'),
    ...(nEffective === null ? [] : [`n_eff ${effectiveText(nEffective)}`]),
    ...(rho1 === null ? [] : [`rho1 ${Number(rho1.toFixed(2)) + 0}`]),
    ...(worst === null || worst.n === n ? [] : [worstText(worst, verdict, unit, cells)]),
  ].join(', ');
}

function intervalWords({ observed, ci95 }: Verdict, unit: MetricUnit): string[] {
  if (observed === null || ci95 === null) return [];
  return [`95% ${intervalText(ci95, observed, unit, formatExact)}${suffixOf(formatExact(observed, unit))}`];
}

function worstText(
  { cell, fromSec, toSec, observed, n, exceeding }: NonNullable<Verdict['worst']>,
  { cells: of }: Verdict,
  unit: MetricUnit | undefined,
  cells: ReadonlyMap<string, Result>,
): string {
  const round = of.length > 1 ? ` of r${cells.get(cell)?.round ?? '?'}` : '';
  const figure = observed === null ? '' : `, ${exact(observed, unit)}`;
  return `worst window ${fromSec}–${toSec} s${round}: ${exceeding} of ${n} exceed${figure}`;
}

const BLANK: Cell = { text: '' };

/** A PASS is green, a FAIL red, and what nobody can tell yellow. */
function verdictPaint(result: Verdict['result'], chalk: ChalkInstance): (line: string) => string {
  switch (result) {
    case 'pass':
      return chalk.green;
    case 'fail':
      return chalk.red;
    case 'inconclusive':
      return chalk.yellow;
  }
}

function unitOf(verdict: Verdict, result: Result | undefined, registry: Registry): MetricUnit | undefined {
  const metrics = (result === undefined ? undefined : registry.get(result.kind)?.metrics) as
    | Record<string, Metric>
    | undefined;
  // A requirement begins with its metric.
  return metrics?.[verdict.requirement.trim().split(/\s/)[0] ?? '']?.unit;
}

function exact(value: number, unit: MetricUnit | undefined): string {
  return unit === undefined ? String(value) : formatExact(value, unit);
}
