import type { PlanSite } from '../contract/plan.ts';
import type { ReportSite } from './model.ts';

/** A site of the plan as a report shows it. */
export function reportSite(site: PlanSite): ReportSite {
  const { name, role, provider, location, capacity_bps, targets } = site;
  return { name, role, provider, location, capacity_bps, agent: agentOf(site), targets };
}

function agentOf({ agent, hello, helloError }: PlanSite): ReportSite['agent'] {
  if (agent === null) return null;
  return {
    address: agent,
    version: hello?.tool.version ?? null,
    host: hello?.host ?? null,
    limits: hello === null ? null : { ...hello.limits },
    error: helloError,
  };
}
