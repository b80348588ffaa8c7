import { createHash } from 'node:crypto';
import type { ErrorJson } from '../contract/error.ts';
import type { AgentHello } from '../contract/hello.ts';
import type { AnyKind, Cost, Registry } from '../contract/kind.ts';
import { DEFAULT_LIMITS } from '../contract/limits.ts';
import { PLAN_FORMAT, type Plan, type PlanCell, type PlanRequirement, type PlanSite } from '../contract/plan.ts';
import { type Seatings, seatAll } from './feasible.ts';
import { pairName } from './links.ts';
import { publicUrl } from './redact.ts';
import { slotsOf } from './slots.ts';
import type { Suite, SuiteEntry, SuiteLink, SuiteRequirement, SuiteSite } from './suite.ts';

/** Time beyond a cell's worst case for connecting, handing over and closing before it is cut off. */
const GRACE_NS = 15e9;

/** What each site's agent said when it was asked; sites without an agent are not in it. */
export type Hellos = ReadonlyMap<string, { hello: AgentHello } | { error: ErrorJson }>;

/**
 * What a run of this suite measures. Pure: the same suite and hellos give the same plan. Rounds come first, then the
 * suite's entries, then its links. A cell whose agent lacks the kind or did not answer is planned: it fails with that.
 */
export function makePlan(
  suite: Suite,
  hellos: Hellos,
  registry: Registry,
  tool: { name: string; version: string },
): Plan {
  const seatings = seatAll(suite, registry);
  const cells = inSlots(
    Array.from({ length: suite.rounds }, (_, i) => cellsOf(suite, seatings, registry, i + 1)).flat(),
    hellos,
    suite,
  );
  return {
    format: PLAN_FORMAT,
    tool,
    title: suite.title,
    suiteSha256: createHash('sha256').update(suite.masked).digest('hex'),
    seed: suite.seed,
    sites: suite.sites.map((site) => planSite(site, hellos)),
    cells,
    notApplicable: seatings.flatMap(({ entry, link, seating }) =>
      'why' in seating ? [{ ...link, probe: entry.probe, why: seating.why }] : [],
    ),
    requirements: suite.requirements.map((requirement) => planRequirement(requirement, cells)),
  };
}

function cellsOf(suite: Suite, seatings: Seatings, registry: Registry, round: number): PlanCell[] {
  return seatings.flatMap(({ entry, link, seating }) => {
    const kind = registry.get(entry.kind);
    return kind === undefined || 'why' in seating ? [] : [planCell(suite, kind, entry, link, seating.seats, round)];
  });
}

/** The cells with their slots, which depend on what each agent grants. */
function inSlots(cells: PlanCell[], hellos: Hellos, suite: Suite): PlanCell[] {
  // Sites may share an agent: what it told one of them counts, even when it did not answer another.
  const told = (name: string) => Number('hello' in (hellos.get(name) ?? {}));
  const granted = new Map(
    [...suite.sites]
      .sort((one, other) => told(one.name) - told(other.name))
      .flatMap(({ name, agent }) => {
        const answer = hellos.get(name);
        if (agent === null || answer === undefined) return [];
        // One that did not answer, and were busy with this run's own sessions later, would be held to have refused.
        const limits = 'hello' in answer ? answer.hello.limits : { ...DEFAULT_LIMITS, sessions: 1 };
        return [[agent, limits] as const];
      }),
  );
  const slots = slotsOf(cells, (agent) => granted.get(agent));
  return cells.map((cell, i) => ({ ...cell, slot: slots[i] as number }));
}

function planCell(
  suite: Suite,
  kind: AnyKind,
  entry: SuiteEntry,
  link: SuiteLink,
  seats: PlanCell['seats'],
  round: number,
): PlanCell {
  const id = `${link.from}.${link.to}.${entry.probe}.r${round}`;
  const costs: Cost[] = kind.cost(entry.parsed, {});
  return {
    id,
    ...link,
    probe: entry.probe,
    kind: entry.kind,
    round,
    slot: 0,
    seats,
    options: entry.options,
    seed: seedOf(suite.seed, id),
    costs,
    lane: costs.some((cost) => cost.bps === 'saturating') ? 'load' : 'quiet',
    deadlineNs: Math.max(...costs.map((cost) => cost.durationNs)) + GRACE_NS,
  };
}

/** A cell's own seed, which does not change when other cells come or go. */
function seedOf(seed: number, cell: string): number {
  return createHash('sha256').update(`${seed}:${cell}`).digest().readUIntBE(0, 6);
}

function planSite(site: SuiteSite, hellos: Hellos): PlanSite {
  const answer = hellos.get(site.name);
  const { name, role, provider, location, agent, family } = site;
  const targets = Object.entries(site.targets).map(([scheme, url]) => [scheme, publicUrl(url)]);
  return {
    name,
    role,
    provider,
    location,
    capacity_bps: site.capacityBps,
    agent,
    hello: answer !== undefined && 'hello' in answer ? answer.hello : null,
    helloError: answer !== undefined && 'error' in answer ? answer.error : null,
    targets: Object.fromEntries(targets),
    family,
  };
}

function planRequirement(requirement: SuiteRequirement, cells: readonly PlanCell[]): PlanRequirement {
  const { probes, links, ...rest } = requirement;
  const pairs = new Set(links.map(pairName));
  const judged = cells.filter((cell) => probes.includes(cell.probe) && pairs.has(pairName(cell)));
  return { ...rest, cells: judged.map((cell) => cell.id) };
}
