import type { Plan, PlanCell, SiteRole } from '../contract/plan.ts';

/** Sites that are not up for judgement, whoever runs their agents. */
const OURS: readonly (SiteRole | null)[] = ['own', 'edge', 'control'];

/** Whether a cell's far end is ours: an agent of this run's own, or a site that is nobody's candidate. */
export function isOurs({ sites }: Pick<Plan, 'sites'>, { to, seats }: PlanCell): boolean {
  return seats[1]?.agent === 'embedded' || OURS.includes(sites.find(({ name }) => name === to)?.role ?? null);
}
