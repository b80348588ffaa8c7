import type { ErrorJson } from '../contract/error.ts';
import type { AgentLimits } from '../contract/hello.ts';
import { beyondLimits } from '../contract/limits.ts';
import type { PlanCell } from '../contract/plan.ts';

/** One limit of one site's agent that a probe of the suite would go beyond. */
export interface Beyond {
  site: string;
  probe: string;
  error: ErrorJson;
}

/** What a plan asks of agents beyond the limits that they told, by site. Rounds are alike, so each is told once. */
export function askedBeyond(cells: readonly PlanCell[], limitsOf: ReadonlyMap<string, AgentLimits>): Beyond[] {
  const told = new Map<string, Beyond>();
  for (const { seats, costs, probe } of cells) {
    const [seat, cost] = [seats[1], costs[1]];
    const limits = seat?.agent === undefined ? undefined : limitsOf.get(seat.site);
    if (seat === undefined || cost === undefined || limits === undefined) continue;
    for (const error of beyondLimits(cost, limits))
      told.set(`${seat.site} ${probe} ${error.message}`, { site: seat.site, probe, error: error.toJSON() });
  }
  return [...told.values()];
}
