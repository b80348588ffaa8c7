import { PLAN_FORMAT, type Plan, type PlanCell, type PlanRequirement, type PlanSite } from '../../src/contract/plan.ts';

/** A site of a plan; what is not given is unknown. */
export function planSite(name: string, more: Partial<PlanSite> = {}): PlanSite {
  return {
    name,
    role: null,
    provider: null,
    location: null,
    capacity_bps: null,
    agent: null,
    hello: null,
    helloError: null,
    targets: {},
    family: null,
    ...more,
  };
}

/** A cell of a plan with the id that it would have. */
export function planCell(from: string, to: string, kind: string, more: Partial<PlanCell> = {}): PlanCell {
  const round = more.round ?? 1;
  const probe = more.probe ?? kind;
  return {
    id: `${from}.${to}.${probe}.r${round}`,
    from,
    to,
    probe,
    kind,
    round,
    slot: 0,
    seats: [{ site: from }, { site: to, agent: '203.0.113.7:8620' }],
    options: {},
    seed: 7,
    costs: [],
    lane: 'quiet',
    deadlineNs: 20e9,
    ...more,
  };
}

/** "fake-echo rtt_ms p99 <= 20" as a requirement on these cells. */
export function planRequirement(id: string, text: string, cells: PlanCell[]): PlanRequirement {
  const match = /^(\S+) (?:p([\d.]+) )?(<=|<|>=|>) (\S+)$/.exec(text);
  if (match === null) throw new Error(`not a requirement: ${text}`);
  const [, metric = '', p, comparison, threshold] = match;
  return {
    id,
    clause: null,
    level: 'must',
    probe: cells[0]?.probe ?? '',
    metric,
    statistic: p === undefined ? { is: 'ratio' } : { is: 'quantile', p: Number(p) / 100, name: `p${p}` },
    comparison: comparison as PlanRequirement['comparison'],
    threshold: Number(threshold),
    text,
    onUnreachable: 'fail',
    maxWithheld: 0.05,
    cells: cells.map((cell) => cell.id),
  };
}

/** A plan of these cells; what is not given is empty. */
export function planOf(cells: PlanCell[], more: Partial<Plan> = {}): Plan {
  const names = [...new Set(cells.flatMap((cell) => [cell.from, cell.to]))];
  return {
    format: PLAN_FORMAT,
    tool: { name: 'netprobe', version: '0.1.0' },
    title: null,
    suiteSha256: 'a'.repeat(64),
    seed: 1,
    sites: names.map((name) => planSite(name)),
    cells,
    notApplicable: [],
    requirements: [],
    ...more,
  };
}
