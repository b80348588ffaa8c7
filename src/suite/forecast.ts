import type { AnyKind, Cost, Registry } from '../contract/kind.ts';
import type { Plan, PlanCell, PlanRequirement } from '../contract/plan.ts';
import type { Ns } from '../contract/records.ts';
import { correlationFactor, samplesForLikelyPass, samplesForPass } from '../stats/power.ts';
import { LEAST_EFFECTIVE } from '../verdict/decide.ts';

/** Delays a moment apart are alike: by this time their likeness has fallen to 1/e, unless the user knows better. */
export const CORRELATION_NS: Ns = 20e6;

/** Whether the suite takes enough samples for a requirement to be met. */
export type Outlook = 'likely' | 'possible' | 'undecidable' | 'unknown';

interface RequirementForecast {
  id: string;
  requirement: string;
  probe: string;
  from: string;
  to: string;
  /** Samples that the suite takes, over all rounds; null where that is not known beforehand. */
  samples: number | null;
  /** Of independent samples: the fewest that a PASS takes when none exceeds; null when no number would do. */
  independent: number | null;
  /** The same at the expected correlation, … */
  needed: number | null;
  /** … and the number that makes a PASS likely (90%) when half of what is allowed exceeds. */
  comfortable: number | null;
  outlook: Outlook;
}

export interface Forecast {
  cells: number;
  slots: { slot: number; probe: string; round: number; cells: string[]; durationNs: Ns }[];
  durationNs: Ns;
  /** Worst case by site; null: as much as the path lets through. */
  sites: { site: string; bytesOut: number | null; bytesIn: number | null }[];
  correlationNs: Ns;
  requirements: RequirementForecast[];
}

/** What a run of this plan would take, and what it could prove: a pure function of the plan. */
export function forecast(plan: Plan, registry: Registry, correlationNs: Ns = CORRELATION_NS): Forecast {
  const slots = slotsOf(plan.cells);
  return {
    cells: plan.cells.length,
    slots,
    durationNs: slots.reduce((sum, { durationNs }) => sum + durationNs, 0),
    sites: sitesOf(plan),
    correlationNs,
    requirements: plan.requirements.flatMap((requirement) => outlooks(requirement, plan, registry, correlationNs)),
  };
}

function slotsOf(cells: readonly PlanCell[]): Forecast['slots'] {
  const slots = new Map<number, PlanCell[]>();
  for (const cell of cells) {
    const held = slots.get(cell.slot);
    if (held === undefined) slots.set(cell.slot, [cell]);
    else held.push(cell);
  }
  return [...slots].map(([slot, held]) => ({
    slot,
    probe: held[0]?.probe ?? '',
    round: held[0]?.round ?? 1,
    cells: held.map(({ id }) => id),
    durationNs: Math.max(...held.flatMap(({ costs }) => costs.map((cost) => cost.durationNs))),
  }));
}

function sitesOf({ cells }: Plan): Forecast['sites'] {
  const sites = new Map<string, { bytesOut: number | null; bytesIn: number | null }>();
  const add = (sum: number | null, more: number | null) => (sum === null || more === null ? null : sum + more);
  for (const { seats, costs } of cells) {
    for (const [i, { site }] of seats.entries()) {
      // A target has no seat of its own: what comes out of one end goes into the other.
      const cost = costs[i] ?? mirrored(costs[0]);
      if (cost === undefined) continue;
      const sum = sites.get(site) ?? { bytesOut: 0, bytesIn: 0 };
      sites.set(site, { bytesOut: add(sum.bytesOut, cost.bytesOut), bytesIn: add(sum.bytesIn, cost.bytesIn) });
    }
  }
  return [...sites].map(([site, sum]) => ({ site, ...sum }));
}

function mirrored(cost: Cost | undefined): Pick<Cost, 'bytesOut' | 'bytesIn'> | undefined {
  return cost && { bytesOut: cost.bytesIn, bytesIn: cost.bytesOut };
}

/** One line for each link that a requirement judges. */
function outlooks(
  requirement: PlanRequirement,
  plan: Plan,
  registry: Registry,
  correlationNs: Ns,
): RequirementForecast[] {
  const judged = plan.cells.filter(({ id }) => requirement.cells.includes(id));
  const links = new Map<string, PlanCell[]>();
  for (const cell of judged) {
    const name = `${cell.from} ${cell.to} ${cell.probe}`;
    links.set(name, [...(links.get(name) ?? []), cell]);
  }
  return [...links.values()].map((cells) => outlook(requirement, cells, registry, correlationNs));
}

function outlook(
  requirement: PlanRequirement,
  cells: PlanCell[],
  registry: Registry,
  correlationNs: Ns,
): RequirementForecast {
  const [first] = cells as [PlanCell];
  const kind = registry.get(first.kind);
  const each = kind === undefined ? null : samplesOf(kind, first);
  const allowed = allowedShare(requirement);
  const correlated = (n: number | null) => {
    if (n === null || each === null) return n;
    const factor = each.factor(correlationNs);
    // Where samples are alike, a verdict takes so many that are worth as much as independent ones.
    return Math.ceil(factor > 1.05 ? Math.max(n, LEAST_EFFECTIVE) * factor : n);
  };
  const samples = each === null ? null : each.samples * cells.length;
  const independent = samplesForPass(allowed);
  const needed = correlated(independent);
  const comfortable = correlated(samplesForLikelyPass(allowed));
  const { id, text, probe } = requirement;
  return {
    id,
    requirement: text,
    probe,
    from: first.from,
    to: first.to,
    samples,
    independent,
    needed,
    comfortable,
    outlook: outlookOf(samples, needed, comfortable),
  };
}

function outlookOf(samples: number | null, needed: number | null, comfortable: number | null): Outlook {
  if (needed === null) return 'undecidable';
  if (samples === null) return 'unknown';
  if (samples < needed) return 'undecidable';
  return comfortable !== null && samples >= comfortable ? 'likely' : 'possible';
}

/** How many samples a cell takes, and by what factor correlation makes more of them necessary. */
function samplesOf(kind: AnyKind, cell: PlanCell): { samples: number; factor: (ns: Ns) => number } | null {
  const parsed = kind.options.parse(cell.options);
  if (!parsed.ok || kind.samples === undefined) return null;
  const { count, spacingNs } = kind.samples(parsed.value);
  return { samples: count, factor: (ns) => correlationFactor(ns <= 0 ? 0 : Math.exp(-spacingNs / ns)) };
}

/** The share of samples that may be beyond the threshold. */
function allowedShare({ statistic, comparison, threshold }: PlanRequirement): number {
  const upper = comparison === '<=' || comparison === '<';
  const share =
    statistic.is === 'quantile' ? (upper ? 1 - statistic.p : statistic.p) : upper ? threshold : 1 - threshold;
  return Number(share.toPrecision(12));
}
