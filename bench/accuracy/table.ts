import { stripVTControlCharacters } from 'node:util';
import type { Comparison } from './compare.ts';
import { COUNTS } from './measured.ts';

export interface Row {
  scenario: string;
  tool: string;
  repeat: number;
  /** Null: it was not measured; `why` has the reason. */
  comparison: Comparison | null;
  why: string | null;
  /** 1 minute's load of the machine when it began. */
  load: number;
}

const HEAD = ['scenario', 'tool', 'figure', 'n', 'true p50', 'error p50', 'p90', 'p99 ms', 'counts', 'instrument'];

/** The results, one line for each definition of a tool's round trip. Errors are signed, measured − true. */
export function tableText(rows: readonly Row[]): string {
  return aligned([HEAD, ...rows.flatMap(lines)]);
}

function lines({ scenario, tool, comparison, why }: Row): string[][] {
  if (comparison === null) return [[scenario, tool, why ?? '']];
  const found = comparison.series.map(({ name, n, figures }, i) => [
    scenario,
    tool,
    name,
    String(n),
    ms(figures.p50.truth, ''),
    ...[figures.p50, figures.p90, figures.p99].map(({ error }) => ms(error, '+')),
    i === 0 ? countsText(comparison) : '',
    i === 0 ? instrumentText(comparison) : '',
  ]);
  const flows = comparison.flows.map(({ flow, route, truth, error }) => [
    scenario,
    tool,
    `flow ${flow}: ${route}`,
    '',
    ms(truth, ''),
    ms(error, '+'),
  ]);
  return [...found, ...flows];
}

/** Which of the counts that a tool gives are those of the log; of others, what it says and what is true. */
export function countsText({ counts }: Comparison): string {
  const told = COUNTS.filter((name) => counts[name].exact !== null);
  const wrong = told.filter((name) => counts[name].exact === false);
  const words = wrong.map((name) => `${name} ${counts[name].measured} not ${counts[name].truth}`);
  return words.length === 0 ? `${told.length} of ${told.length} exact` : words.join(', ');
}

function instrumentText({ instrument }: Comparison): string {
  if (instrument === null) return '';
  const codes = instrument.reasons.map((reason) => reason.split(':')[0]).join(', ');
  const late = instrument.latenessP99Ms === null ? 'unknown' : `${instrument.latenessP99Ms.toFixed(3)} ms`;
  return `${instrument.state}${codes === '' ? '' : ` (${codes})`}, sends late p99 ${late}`;
}

function ms(value: number | null, plus: string): string {
  if (value === null) return '-';
  return `${value >= 0 ? plus : ''}${value.toFixed(3)}`;
}

function aligned(rows: readonly string[][]): string {
  const width = (column: number) => Math.max(...rows.map((row) => stripVTControlCharacters(row[column] ?? '').length));
  const widths = rows[0]?.map((_, column) => Math.min(width(column), 60)) ?? [];
  return rows
    .map((row) =>
      row
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
