import { Chalk, type ChalkInstance } from 'chalk';
import type { Metric, Registry } from '../contract/kind.ts';
import { inert } from './inert.ts';
import type { Report } from './model.ts';
import { resultsTable } from './results-table.ts';
import { verdictTable } from './verdict-table.ts';
import { linkText } from './words.ts';
import { wrap } from './wrap.ts';

export interface TableOptions {
  /** False: not one escape sequence. */
  color: boolean;
  /** Columns of the terminal. */
  width: number;
}

/** The report for a terminal: what was measured, what the figures mean, the verdicts, and how far they reach. */
export function renderTable(report: Report, registry: Registry, { color, width }: TableOptions): string {
  const chalk = new Chalk({ level: color ? 1 : 0 });
  const lines = (texts: string[]) => texts.flatMap((text) => wrap(text, width)).map((line) => chalk.dim(line));
  const sections = [
    heading(report, chalk, width),
    report.results.length === 0 ? '' : resultsTable(report, registry, chalk, width),
    lines([...definitions(report, registry), ...notMeasured(report)]).join('\n'),
    report.verdicts.length === 0 ? '' : verdictTable(report, registry, chalk, width),
    closing(report, chalk, width),
  ];
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`;
}

function heading({ run }: Report, chalk: ChalkInstance, width: number): string {
  const title = run.title === null ? [] : wrap(inert(run.title), width).map((line) => chalk.bold(line));
  const until = run.finishedAt === null ? 'no end was recorded' : `to ${run.finishedAt}`;
  const facts = wrap(`run ${inert(run.id)}, ${run.startedAt} ${until}`, width).map((line) => chalk.dim(line));
  const cut = run.status === 'completed' ? [] : [chalk.yellow('interrupted: what was measured until then is below')];
  return [...title, ...facts, ...cut].join('\n');
}

/** Where each metric above is defined: a figure without its definition is none. */
function definitions(report: Report, registry: Registry): string[] {
  const shown = new Map<string, Metric>();
  for (const { kind: name, metrics } of report.results) {
    const kind = registry.get(name);
    if (kind === undefined) continue;
    for (const metric of kind.headline) if (metric in metrics) shown.set(metric, kind.metrics[metric] as Metric);
  }
  if (shown.size === 0) return [];
  const names = [...shown].map(([name, { ref }]) => (ref === undefined ? name : `${name} (${ref})`));
  return [
    `${names.join(', ')}: defined by "netprobe probes KIND". p50 and tails are of what was received; beside them their ` +
      '95% intervals, – where n supports no bound.',
  ];
}

function notMeasured(report: Report): string[] {
  return report.notApplicable.map((each) => `not measured: ${linkText(each)} ${inert(each.probe)}: ${inert(each.why)}`);
}

function closing({ summary, results, verdicts, run }: Report, chalk: ChalkInstance, width: number): string {
  const { pass, fail, inconclusive, incomplete } = summary;
  const cells =
    incomplete === 0 ? `all ${results.length} cells completed` : `${incomplete} of ${results.length} cells incomplete`;
  if (verdicts.length === 0) return wrap(`No requirement was given; ${cells}.`, width).join('\n');
  const paint = fail > 0 ? chalk.red : inconclusive + incomplete > 0 ? chalk.yellow : chalk.green;
  const counted = wrap(`${pass} PASS, ${fail} FAIL, ${inconclusive} INCONCLUSIVE; ${cells}.`, width).map((l) =>
    paint(l),
  );
  const window = `from ${run.startedAt} to ${run.finishedAt ?? 'an unrecorded end'}`;
  return [...counted, ...wrap(`PASS holds for this window and this vantage only, ${window}.`, width)].join('\n');
}
