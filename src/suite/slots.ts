import type { PlanCell } from '../contract/plan.ts';

/** What cells that are measured at the same time may send together: well below what a link or a thread would feel. */
const SLOT_BPS = 20e6;
const SLOT_CELLS = 1024;
/** Sessions that an agent is taken to grant when it has not said how many. */
const UNKNOWN_SESSIONS = 16;

/**
 * The slot of each cell, counted from 0: cells of one slot are measured at the same time, slots one after another. Cells of
 * the same probe and round share a slot as far as that disturbs none of them, so that sites, and the controls among them,
 * are seen through the same minutes of this vantage. What saturates a path has a slot to itself.
 */
export function slotsOf(cells: readonly PlanCell[], sessions: (agent: string) => number | undefined): number[] {
  const slots: number[] = [];
  let open: PlanCell[] = [];
  let slot = -1;
  for (const cell of cells) {
    if (!fits(cell, open, sessions)) {
      open = [];
      slot += 1;
    }
    open.push(cell);
    slots.push(slot);
  }
  return slots;
}

function fits(cell: PlanCell, open: readonly PlanCell[], sessions: (agent: string) => number | undefined): boolean {
  const [first] = open;
  if (first === undefined || first.lane === 'load' || cell.lane === 'load') return false;
  if (first.probe !== cell.probe || first.round !== cell.round || open.length >= SLOT_CELLS) return false;
  const agent = cell.seats[1]?.agent;
  const same = agent === undefined ? [] : open.filter(({ seats }) => seats[1]?.agent === agent);
  // Every embedded agent is a process of its own.
  if (agent !== undefined && agent !== 'embedded' && same.length >= (sessions(agent) ?? UNKNOWN_SESSIONS)) return false;
  return [...open, cell].reduce((sum, each) => sum + bps(each), 0) <= SLOT_BPS;
}

function bps({ costs }: PlanCell): number {
  return Math.max(...costs.map((cost) => (cost.bps === 'saturating' ? Number.POSITIVE_INFINITY : cost.bps)));
}
