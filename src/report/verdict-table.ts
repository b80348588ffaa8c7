import type { ChalkInstance } from 'chalk';
import type { Verdict } from '../contract/figures.ts';
import type { Metric, Registry } from '../contract/kind.ts';
import { formatExact, NOTHING } from './format.ts';
import { type Cell, type Column, renderGrid } from './grid.ts';
import { inert } from './inert.ts';
import type { Report, Result } from './model.ts';
import { linkText } from './words.ts';

const COLUMNS: Column[] = [
  { head: 'id', min: 6 },
  { head: 'level' },
  { head: 'result' },
  { head: 'link', min: 12 },
  { head: 'observed', align: 'right' },
  { head: 'n', align: 'right' },
];

/** Every requirement on every cell that it judges, each with its reason beneath. */
export function verdictTable(report: Report, registry: Registry, chalk: ChalkInstance, width: number): string {
  const cells = new Map(report.results.map((result) => [result.id, result]));
  const rounds = report.results.some((result) => result.round > 1);
  const rows = report.verdicts.flatMap((verdict) => {
    const result = cells.get(verdict.cell);
    const round = rounds && result !== undefined ? ` r${result.round}` : '';
    const observed = observedText(verdict, result, registry);
    return [verdictRow(verdict, round, observed, chalk), ...reasonRows(verdict, chalk)];
  });
  return renderGrid(COLUMNS, rows, width, chalk.dim);
}

function verdictRow(verdict: Verdict, round: string, observed: string, chalk: ChalkInstance): Cell[] {
  return [
    { text: inert(verdict.id), paint: chalk.bold },
    { text: verdict.level },
    { text: verdict.result.toUpperCase(), paint: verdictPaint(verdict.result, chalk) },
    { text: `${linkText(verdict)}${round}` },
    { text: observed },
    { text: String(verdict.n) },
  ];
}

/** What was required, and why it came out so: too long for columns, so each has the lines beneath. */
function reasonRows({ clause, probe, requirement, why }: Verdict, chalk: ChalkInstance): Cell[][] {
  const beneath = (text: string, paint: Cell['paint']): Cell[] => [
    BLANK,
    { text, span: COLUMNS.length - 1, align: 'left', ...(paint === undefined ? {} : { paint }) },
  ];
  const source = clause === null ? '' : ` (${inert(clause)})`;
  return [beneath(`${inert(probe)}: ${inert(requirement)}${source}`, undefined), beneath(inert(why), chalk.dim)];
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

function observedText({ observed, requirement }: Verdict, result: Result | undefined, registry: Registry): string {
  if (observed === null) return NOTHING;
  const metrics = (result === undefined ? undefined : registry.get(result.kind)?.metrics) as
    | Record<string, Metric>
    | undefined;
  // A requirement begins with its metric.
  const unit = metrics?.[requirement.trim().split(/\s/)[0] ?? '']?.unit;
  return unit === undefined ? String(observed) : formatExact(observed, unit);
}
