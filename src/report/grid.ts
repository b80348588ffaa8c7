import Table from 'cli-table3';
import { displayWidth, wrap } from './wrap.ts';

export interface Column {
  head: string;
  align?: 'left' | 'right';
  /** It may be made this narrow, its text wrapped, when the terminal is. Absent: it keeps its width. */
  min?: number;
}

export interface Cell {
  /** Plain text; \n begins a new line. */
  text: string;
  /** Columns that it covers; its text makes none of them wider. */
  span?: number;
  align?: 'left' | 'right';
  /** Colours a line of it. */
  paint?: (line: string) => string;
}

/** Between columns; cli-table3 counts one of the two as its border. */
const GAP = '  ';

const PLAIN = Object.fromEntries(
  ['top', 'top-mid', 'top-left', 'top-right', 'bottom', 'bottom-mid', 'bottom-left', 'bottom-right'].map((c) => [
    c,
    '',
  ]),
);
const CHARS = { ...PLAIN, left: '', 'left-mid': '', mid: '', 'mid-mid': '', right: '', 'right-mid': '', middle: ' ' };

/** Notes that reach the last column go on to the terminal's edge, but lines longer than this are hard to read. */
const LONGEST_LINE = 120;

/** cli-table3's time grows with the square of the rows; all widths are given, so parts of a table are the whole. */
const ROWS_AT_ONCE = 50;

/** Lays rows out in columns under a head, in at most `width` columns of the terminal where the minimums allow it. */
export function renderGrid(columns: Column[], rows: Cell[][], width: number, dim: (text: string) => string): string {
  const widths = fittedWidths(columns, rows, width);
  const spare = Math.min(width, LONGEST_LINE) - totalWidth(widths) - GAP.length;
  const all = spare > 0 ? [...widths, spare] : widths;
  const head = columns.map(({ head: text }) => ({ text, paint: dim }));
  const rule = widths.map((column) => ({ text: '─'.repeat(column), paint: dim }));
  const lines: string[] = [];
  const waiting = [head, rule, ...rows].map((row) => laidOut(row, all, columns.length));
  while (waiting.length > 0) {
    const table = new Table({
      chars: CHARS,
      style: { 'padding-left': 0, 'padding-right': 1, head: [], border: [] },
      colWidths: all.map((column) => column + 1),
      colAligns: columns.map((column) => column.align ?? 'left'),
    });
    table.push(...waiting.splice(0, ROWS_AT_ONCE));
    lines.push(...table.toString().split('\n'));
  }
  return lines.map((line) => line.trimEnd()).join('\n');
}

/** Natural widths, then the widest column that may shrink gives way, one step at a time. */
function fittedWidths(columns: Column[], rows: Cell[][], width: number): number[] {
  const widths = columns.map(({ head }, i) =>
    rows.reduce((most, row) => Math.max(most, widthAt(row, i)), displayWidth(head)),
  );
  while (totalWidth(widths) > width) {
    const slack = widths.map((column, i) => (column > (columns[i]?.min ?? Number.POSITIVE_INFINITY) ? column : 0));
    const widest = slack.indexOf(Math.max(...slack));
    if (slack[widest] === 0) break;
    widths[widest] = (widths[widest] as number) - 1;
  }
  return widths;
}

function totalWidth(widths: number[]): number {
  return widths.reduce((sum, column) => sum + column, 0) + GAP.length * (widths.length - 1);
}

/** How wide a row wants a column to be; 0 where a cell that spans several stands in it. */
function widthAt(row: Cell[], column: number): number {
  let at = 0;
  for (const cell of row) {
    if (at === column && (cell.span ?? 1) === 1) return Math.max(...cell.text.split('\n').map(displayWidth));
    at += cell.span ?? 1;
  }
  return 0;
}

/** `widths` has one more than `columns` when there is room to spare, which goes to a cell that spans up to it. */
function laidOut(row: Cell[], widths: number[], columns: number) {
  let at = 0;
  const cells = row.map((cell) => {
    const given = cell.span ?? 1;
    const span = given > 1 && at + given === columns && cell.align === 'left' ? widths.length - at : given;
    const covered = totalWidth(widths.slice(at, at + span));
    at += span;
    const lines = cell.text.split('\n').flatMap((line) => wrap(line, covered));
    const content = lines.map((line) => (line === '' ? '' : (cell.paint?.(line) ?? line))).join('\n');
    return { content, colSpan: span, ...(cell.align === undefined ? {} : { hAlign: cell.align }) };
  });
  return at < widths.length ? [...cells, { content: '' }] : cells;
}
