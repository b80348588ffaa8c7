import { Chalk } from 'chalk';
import { NetprobeError } from '../contract/error.ts';
import type { Plan } from '../contract/plan.ts';
import { formatDuration, formatSize, parseDuration } from '../contract/units.ts';
import { renderGrid } from '../report/grid.ts';
import { inert } from '../report/inert.ts';
import { wrap } from '../report/wrap.ts';
import { CORRELATION_NS, type Forecast, forecast, type Outlook } from '../suite/forecast.ts';
import { loadSuite } from '../suite/load.ts';
import { makePlan } from '../suite/plan.ts';
import { EXIT, type ExitCode } from './exit.ts';
import type { Roots } from './roots.ts';
import { colorOf, widthOf } from './terminal.ts';

interface PlanFlags {
  json?: boolean;
  correlation?: string;
}

/** `netprobe plan`: what a run would do and could prove. Reaches nobody. */
export async function plan(file: string, flags: PlanFlags, roots: Roots): Promise<ExitCode> {
  const registry = await roots.registry();
  const suite = await loadSuite(file, registry);
  const made = makePlan(suite, new Map(), registry, roots.tool);
  const told = forecast(made, registry, correlationOf(flags.correlation));
  if (flags.json) process.stdout.write(`${JSON.stringify({ ...told, notApplicable: made.notApplicable }, null, 2)}\n`);
  else process.stdout.write(text(told, made, colorOf(process.stdout), widthOf(process.stdout)));
  return EXIT.pass;
}

function correlationOf(given: string | undefined): number {
  if (given === undefined) return CORRELATION_NS;
  const ns = given === '0' ? 0 : parseDuration(given);
  if (ns !== undefined) return ns;
  throw new NetprobeError('NETPROBE_USAGE', '--correlation takes a time', {
    expected: 'a duration such as 20ms, or 0 for samples that are independent',
    found: given,
  });
}

function text(told: Forecast, made: Plan, color: boolean, width: number): string {
  const chalk = new Chalk({ level: color ? 1 : 0 });
  const notes = (lines: string[]) =>
    lines
      .flatMap((line) => wrap(line, width))
      .map((line) => chalk.dim(line))
      .join('\n');
  const columns = [
    { head: 'slot', align: 'right' as const },
    { head: 'probe', min: 12 },
    { head: 'at most', align: 'right' as const },
    { head: 'cells', min: 20 },
  ];
  const rows = told.slots.map(({ slot, probe, round, cells, durationNs }) => [
    { text: String(slot + 1) },
    { text: `${inert(probe)} r${round}` },
    { text: formatDuration(durationNs) },
    { text: cellWords(cells) },
  ]);
  const sections = [
    `${told.cells} cells in ${told.slots.length} slots, at most ${formatDuration(told.durationNs)}; the cells of a slot run at the same time`,
    renderGrid(columns, rows, width, chalk.dim),
    siteGrid(told, width, chalk.dim),
    notes(
      made.notApplicable.map(
        ({ from, to, probe, why }) => `not measured: ${inert(`${from} → ${to} ${probe}: ${why}`)}`,
      ),
    ),
    ...(told.requirements.length === 0
      ? []
      : [requirementGrid(told, width, chalk.dim), notes([...explanation(told), ...withoutControl(told, made)])]),
  ];
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`;
}

const MANY = 4;

function cellWords(cells: string[]): string {
  const shown = cells
    .slice(0, MANY)
    .map((cell) => inert(cell))
    .join('\n');
  return cells.length > MANY ? `${shown}\nand ${cells.length - MANY} more` : shown;
}

function siteGrid({ sites }: Forecast, width: number, dim: (text: string) => string): string {
  const bytes = (amount: number | null) => (amount === null ? 'what the path gives' : formatSize(amount));
  const columns = [
    { head: 'site', min: 10 },
    { head: 'sends at most', align: 'right' as const },
    { head: 'receives at most', align: 'right' as const },
  ];
  const rows = sites.map(({ site, bytesOut, bytesIn }) => [
    { text: inert(site) },
    { text: bytes(bytesOut) },
    { text: bytes(bytesIn) },
  ]);
  return renderGrid(columns, rows, width, dim);
}

const OUTLOOK: Record<Outlook, string> = {
  likely: 'enough',
  possible: 'just enough',
  undecidable: 'cannot be decided',
  unknown: 'not known',
};

function requirementGrid({ requirements }: Forecast, width: number, dim: (text: string) => string): string {
  const count = (n: number | null) => (n === null ? '–' : String(n));
  const columns = [
    { head: 'id', min: 4 },
    { head: 'requirement', min: 14 },
    { head: 'link', min: 12 },
    { head: 'samples', align: 'right' as const },
    { head: 'needs', align: 'right' as const },
    { head: 'better', align: 'right' as const },
    { head: 'outlook', min: 10 },
  ];
  const rows = requirements.map(({ id, requirement, from, to, samples, needed, comfortable, outlook }) => [
    { text: inert(id) },
    { text: inert(requirement) },
    { text: inert(`${from} → ${to}`) },
    { text: count(samples) },
    { text: count(needed) },
    { text: count(comfortable) },
    { text: OUTLOOK[outlook] },
  ]);
  return renderGrid(columns, rows, width, dim);
}

function explanation({ correlationNs, requirements }: Forecast): string[] {
  const time =
    correlationNs === 0 ? 'samples that are independent' : `delays that are alike for ${formatDuration(correlationNs)}`;
  const lines = [
    `needs: for a PASS at 95% when no sample is beyond the threshold; better: for one with 90% odds when half of what is allowed is. Both for ${time} (--correlation).`,
  ];
  if (requirements.some(({ outlook }) => outlook === 'undecidable'))
    lines.push('What cannot be decided will not PASS: measure longer, or more slowly for as long.');
  return lines;
}

/** Requirements on links beside which no control is measured by the same probe: whose fault a breach is, nobody will know. */
function withoutControl({ requirements }: Forecast, { sites, cells }: Plan): string[] {
  const controls = new Set(sites.filter(({ role }) => role === 'control').map(({ name }) => name));
  const beside = cells.filter(({ to }) => controls.has(to));
  const alone = requirements.filter(
    ({ from, probe, to }) =>
      !controls.has(to) && !beside.some((cell) => cell.from === from && [cell.probe, cell.kind].includes(probe)),
  );
  const ids = [...new Set(alone.map(({ id }) => inert(id)))];
  if (ids.length === 0) return [];
  return [
    `${ids.join(', ')}: no site of role control is measured beside it by the same probe, so a FAIL will say "fault not isolated".`,
  ];
}
