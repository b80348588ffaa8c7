import { describe, expect, it } from 'vitest';
import { fakeEcho, fakeRegistry } from '../../test/support/fake-kinds.ts';
import { planCell, planOf, planRequirement, planSite } from '../../test/support/fake-plan.ts';
import { completed, FINE, spread } from '../../test/support/judged.ts';
import type { Estimate } from '../contract/estimate.ts';
import type { AnyKind, Registry } from '../contract/kind.ts';
import type { Plan, PlanCell, SiteRole } from '../contract/plan.ts';
import type { CellOutcome } from './results.ts';
import { verdictsOf } from './verdicts.ts';

function outcome(estimate: Estimate, judged: CellOutcome['judged'] = {}): CellOutcome {
  const { status, error, sendLateness, busyRatio } = completed(estimate);
  const instrument = FINE as unknown as CellOutcome['result']['instrument'];
  const result = { status, error, instrument } as CellOutcome['result'];
  return { result, estimates: { rtt_ms: estimate }, judged, bounds: {}, sendLateness, busyRatio };
}

/** The verdicts of a plan whose cells all gave this. */
function verdicts(
  plan: Plan,
  of: (cell: PlanCell) => CellOutcome = () => outcome(spread([200, 7])),
  registry: Registry = fakeRegistry,
) {
  const collected = verdictsOf(plan, registry);
  for (const cell of plan.cells) collected.measured(cell, of(cell));
  return collected.judged(new Map());
}

const round = (to: string, number: number, from = 'here') => planCell(from, to, 'fake-echo', { round: number });
const FRA = [round('fra', 1), round('fra', 2)];
const AMS = [round('ams', 1), round('ams', 2)];

describe('the verdicts of a plan', () => {
  // As plans are made: one round after the other.
  const cells = [FRA[0], AMS[0], FRA[1], AMS[1]].filter((cell) => cell !== undefined);
  const plan = planOf(cells, { requirements: [planRequirement('R1', 'rtt_ms p99 <= 20', cells)] });

  it('are one for each requirement and link, over all rounds', () => {
    expect(verdicts(plan)).toMatchObject([
      { id: 'R1', to: 'fra', cells: FRA.map(({ id }) => id), n: 400, result: 'pass' },
      { id: 'R1', to: 'ams', cells: AMS.map(({ id }) => id), n: 400, result: 'pass' },
    ]);
  });

  it('are of the cells that the requirement names only', () => {
    const only = planOf(cells, { requirements: [planRequirement('R1', 'rtt_ms p99 <= 20', AMS)] });
    expect(verdicts(only)).toMatchObject([{ to: 'ams' }]);
  });

  it('use what is judged instead of a metric, and say so', () => {
    const judged = { rtt_ms: { estimate: spread([200, 30]), words: 'times with nothing subtracted' } };
    const [verdict] = verdicts(plan, () => outcome(spread([200, 7]), judged));
    expect(verdict).toMatchObject({ result: 'fail', observed: 30 });
    expect(verdict?.why).toContain('judged on times with nothing subtracted');
  });

  it('give the reason of a cell that gave no estimate', () => {
    const { status: _, ...rest } = completed({ is: 'missing', why: 'x' });
    const error = { code: 'NETPROBE_AGENT_VERSION', origin: 'agent', message: 'as it was' } as const;
    const result = { status: 'failed', error, instrument: FINE } as unknown as CellOutcome['result'];
    const failed = { ...rest, result, estimates: {}, judged: {}, bounds: {}, sendLateness: null, busyRatio: null };
    expect(verdicts(plan, () => failed)[0]).toMatchObject({
      result: 'inconclusive',
      n: 0,
      why: 'failed: NETPROBE_AGENT_VERSION: as it was',
    });
  });
});

describe('the family of a verdict', () => {
  const link = (from: string, to: string) => round(to, 1, from);
  const sizes = (roles: Record<string, 'candidate' | 'edge'>, ...cells: PlanCell[]) =>
    verdicts(
      planOf(cells, {
        sites: Object.entries(roles).map(([name, role]) => planSite(name, { role })),
        requirements: [
          planRequirement('R1', 'rtt_ms p99 <= 20', cells),
          planRequirement('R2', 'rtt_ms p50 <= 9', cells),
        ],
      }),
    ).map(({ from, to, family }) => `${from} ${to} ${family}`);

  it('is that of the candidate at its end, else at its start, else of its end', () => {
    const roles = { fra: 'candidate', ams: 'candidate', edge: 'edge', par: 'edge' } as const;
    expect(sizes(roles, link('here', 'fra'), link('fra', 'edge'), link('here', 'ams'), link('edge', 'par'))).toEqual([
      'here fra 4',
      'fra edge 4',
      'here ams 2',
      'edge par 2',
      'here fra 4',
      'fra edge 4',
      'here ams 2',
      'edge par 2',
    ]);
  });

  it('between two candidates is that of the end', () => {
    const roles = { fra: 'candidate', ams: 'candidate' } as const;
    expect(sizes(roles, link('fra', 'ams'), link('here', 'fra'))[0]).toBe('fra ams 2');
  });
});

describe('a metric that is the far end’s word', () => {
  const kind: AnyKind = {
    ...fakeEcho,
    metrics: { ...fakeEcho.metrics, rtt_ms: { ...fakeEcho.metrics.rtt_ms, statedBy: 'agent' } },
  };
  const stated: Registry = new Map([[kind.name, kind]]);
  const trips = { estimate: spread([400, 12]), words: 'round trips', seen: 'the round trip' };
  const bounded = (): CellOutcome => ({ ...outcome(spread([400, 7])), bounds: { rtt_ms: trips } });

  function on(role: SiteRole | null, agent: string | undefined, of = bounded) {
    const seats = [{ site: 'here' }, { site: 'beta', ...(agent === undefined ? {} : { agent }) }];
    const cells = [planCell('here', 'beta', 'fake-echo', { seats })];
    const sites = [planSite('beta', { role })];
    const plan = planOf(cells, { sites, requirements: [planRequirement('R1', 'rtt_ms p99 <= 20', cells)] });
    return verdicts(plan, of, stated)[0];
  }

  it.each<[SiteRole | null, string | undefined, string]>([
    ['candidate', '203.0.113.7:8620', 'rtt_ms rests on beta’s own record'],
    [null, '203.0.113.7:8620', 'rtt_ms rests on beta’s own record'],
    ['candidate', undefined, 'rtt_ms rests on beta’s own packets'],
  ])('passes by what bounds it where a site of role %s (%s) may be the judged party', (role, agent, rests) => {
    expect(on(role, agent)).toMatchObject({ result: 'pass', observed: 12, why: expect.stringContaining(rests) });
    const unbounded = on(role, agent, () => outcome(spread([400, 7])));
    expect(unbounded).toMatchObject({ result: 'inconclusive', observed: 7, why: expect.stringContaining(rests) });
  });

  it.each<[SiteRole | null, string | undefined]>([
    ['own', '203.0.113.7:8620'],
    ['edge', '203.0.113.7:8620'],
    ['control', '203.0.113.7:8620'],
    ['control', undefined],
    ['candidate', 'embedded'],
  ])('is believed where it is ours: a site of role %s (%s)', (role, agent) => {
    const shown = on(role, agent);
    expect(shown).toMatchObject({ result: 'pass', observed: 7 });
    expect(shown?.why).not.toContain('rests on');
  });

  it('is judged on what takes that into account where there is such a thing', () => {
    const judged = { rtt_ms: { estimate: spread([400, 9]), words: 'round trips with all holds' } };
    const shown = on('candidate', '203.0.113.7:8620', () => outcome(spread([400, 7]), judged));
    expect(shown).toMatchObject({ result: 'pass', observed: 9 });
    expect(shown?.why).not.toContain('rests on');
  });

  it('rests on nothing where nothing was recorded', () => {
    const refused = { code: 'NETPROBE_CONNECT_REFUSED', origin: 'target', message: 'no' } as const;
    const nothing = () => {
      const { result, ...rest } = outcome(spread());
      return { ...rest, result: { ...result, status: 'failed' as const, error: refused }, estimates: {} };
    };
    expect(on('candidate', undefined, nothing)?.why).not.toContain('rests on');
  });
});
