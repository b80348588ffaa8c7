import { NetprobeError } from '../contract/error.ts';
import type { Verdict } from '../contract/figures.ts';
import type { Metric, Registry } from '../contract/kind.ts';
import type { Plan, PlanCell, PlanRequirement } from '../contract/plan.ts';
import { type Finding, find, type JudgedCell, judge, type Word } from '../verdict/judge.ts';
import { isOurs } from './ours.ts';
import { kindOf } from './reduce-cell.ts';
import type { CellOutcome } from './results.ts';

/** A requirement on one link: the cells that it is judged by, and those that were measured so far. */
interface Case {
  requirement: PlanRequirement;
  cells: PlanCell[];
  rounds: { cell: PlanCell; judged: JudgedCell }[];
  judgedOn: string | null;
  word: Word | null;
  finding: Finding | null;
  /** Of a control, beside a requirement that is about others: it tells whose fault a breach is, and is not judged. */
  control: boolean;
}

/**
 * Collects what requirements need of each cell, in the order of the plan, and judges them when all was measured. A
 * requirement is counted as soon as its last cell is there: samples are held no longer.
 */
export function verdictsOf(plan: Plan, registry: Registry) {
  const cases = casesOf(plan);
  return {
    measured(cell: PlanCell, outcome: CellOutcome): void {
      for (const each of cases.filter(({ cells }) => cells.includes(cell))) {
        take(each, cell, outcome, plan, registry);
        if (each.rounds.length === each.cells.length) count(each, plan, registry);
      }
    },
    judged: (bottlenecks: ReadonlyMap<string, string>): Verdict[] => judge(withControls(cases, bottlenecks)),
  };
}

/** One case for each requirement and link, in their order in the plan. */
function casesOf({ requirements, cells, sites }: Plan): Case[] {
  const controls = new Set(sites.filter(({ role }) => role === 'control').map(({ name }) => name));
  return requirements.flatMap((requirement) => {
    const links = new Map<string, PlanCell[]>();
    const own = new Set(requirement.cells);
    const probes = new Set(cells.filter(({ id }) => own.has(id)).map(({ probe }) => probe));
    for (const cell of cells) {
      const beside = controls.has(cell.to) && probes.has(cell.probe);
      if (!own.has(cell.id) && !beside) continue;
      const link = JSON.stringify([cell.from, cell.to, cell.probe]);
      links.set(link, [...(links.get(link) ?? []), cell]);
    }
    return [...links.values()].map((of) => {
      const control = !of.some(({ id }) => own.has(id));
      return { requirement, cells: of, rounds: [], judgedOn: null, word: null, finding: null, control };
    });
  });
}

function take(into: Case, cell: PlanCell, outcome: CellOutcome, plan: Plan, registry: Registry): void {
  const { status, error } = outcome.result;
  const missing = { is: 'missing', why: error?.message ?? 'nothing was recorded' } as const;
  const { metric } = into.requirement;
  const instead = outcome.judged[metric];
  const estimate = instead?.estimate ?? outcome.estimates[metric] ?? missing;
  const { sendLateness, busyRatio } = outcome;
  const { state, reasons } = outcome.result.instrument;
  const farIsOurs = isOurs(plan, cell);
  const isStated = metricOf(cell, into.requirement, registry).statedBy === 'agent' && instead === undefined;
  const bound = isStated && !farIsOurs ? outcome.bounds[metric] : undefined;
  into.judgedOn ??= instead?.words ?? null;
  // Of a cell without records nobody knows what would have been judged instead.
  if (isStated && !farIsOurs && metric in outcome.estimates)
    into.word ??= {
      whose: `${cell.to}’s own ${cell.seats[1]?.agent === undefined ? 'packets' : 'record'}`,
      bound: null,
    };
  if (into.word !== null && bound !== undefined) into.word.bound ??= bound;
  const instrument = { state, reasons, farIsOurs };
  const of = { estimate, bound: bound?.estimate ?? null, sendLateness: sendLateness ?? missing };
  into.rounds.push({ cell, judged: { status, error, ...of, busyRatio, instrument } });
}

function count(of: Case, plan: Plan, registry: Registry): void {
  const [{ cell }] = of.rounds as [Case['rounds'][number]];
  const { probe, from, to } = cell;
  const { requirement, rounds, judgedOn, word } = of;
  const metric = metricOf(cell, requirement, registry);
  of.finding = find({ requirement, metric, probe, from, to, family: familyOf(plan, cell), rounds, judgedOn, word });
  of.rounds = [];
}

/** The findings that are judged, each with those of the controls that were measured by the same probe from the same place. */
function withControls(cases: readonly Case[], bottlenecks: ReadonlyMap<string, string>): Finding[] {
  const found = cases.flatMap((each) => (each.finding === null ? [] : [{ ...each, finding: each.finding }]));
  return found
    .filter(({ control }) => !control)
    .map(({ requirement, finding }) => ({
      ...finding,
      bottleneck: finding.metric.unit === 'bit/s' ? firstOf(finding.cells, bottlenecks) : null,
      controls: found
        .filter((other) => other.control && other.requirement === requirement)
        .map((other) => other.finding)
        .filter(({ probe, from, to }) => probe === finding.probe && from === finding.from && to !== finding.to),
    }));
}

function firstOf(cells: readonly string[], bottlenecks: ReadonlyMap<string, string>): string | null {
  return cells.map((cell) => bottlenecks.get(cell)).find((why) => why !== undefined) ?? null;
}

/** Whose candidacy a link is about: the candidate at its end, else the one at its start, else its end. */
function familyOf({ sites }: Plan, { from, to }: PlanCell): string {
  const isCandidate = (name: string) => sites.some((site) => site.name === name && site.role === 'candidate');
  return !isCandidate(to) && isCandidate(from) ? from : to;
}

function metricOf(cell: PlanCell, requirement: PlanRequirement, registry: Registry): Metric {
  const metrics = kindOf(cell.kind, cell.id, registry).metrics as Record<string, Metric>;
  const metric = metrics[requirement.metric];
  if (metric !== undefined) return metric;
  throw new NetprobeError('NETPROBE_RECORDS_INVALID', `plan.json: ${requirement.id} names a metric that is not there`, {
    expected: Object.keys(metrics).join(', '),
    found: requirement.metric,
  });
}
