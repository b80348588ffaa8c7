import type { AgentLimits } from '../contract/hello.ts';
import type { Cost } from '../contract/kind.ts';
import { DEFAULT_LIMITS, rowsOf, rowsOfAll } from '../contract/limits.ts';
import type { PlanCell } from '../contract/plan.ts';

/** What cells that are measured at the same time may send together: well below what a link or a thread would feel. */
const SLOT_BPS = 20e6;
/** One thread paces all that they send: 1000 sessions of 10 a second each must still leave on time. */
const SLOT_SENDS = 10_000;
const SLOT_CELLS = 1024;

/** What of its limits bounds how many cells an agent can play at the same time. */
type Room = Pick<AgentLimits, 'sessions' | 'rows'>;
/** By its address; undefined of an agent that has not said. */
type RoomOf = (agent: string) => Room | undefined;

/**
 * The slot of each cell, counted from 0: cells of one slot are measured at the same time, slots one after another. Cells of
 * the same probe and round share a slot as far as that disturbs none of them, so that sites, and the controls among them,
 * are seen through the same minutes of this vantage. What saturates a path has a slot to itself.
 */
export function slotsOf(cells: readonly PlanCell[], roomOf: RoomOf): number[] {
  const slots: number[] = [];
  let open: PlanCell[] = [];
  let slot = -1;
  for (const cell of cells) {
    if (!fits(cell, open, roomOf)) {
      open = [];
      slot += 1;
    }
    open.push(cell);
    slots.push(slot);
  }
  return slots;
}

function fits(cell: PlanCell, open: readonly PlanCell[], roomOf: RoomOf): boolean {
  const [first] = open;
  if (first === undefined || first.lane === 'load' || cell.lane === 'load') return false;
  if (first.probe !== cell.probe || first.round !== cell.round || open.length >= SLOT_CELLS) return false;
  const all = [...open, cell];
  return isGranted(cell, all, roomOf) && sum(all, bps) <= SLOT_BPS && sum(all, sends) <= SLOT_SENDS;
}

/** Whether a cell's agent has room for all the cells that it is to play at the same time. */
function isGranted(cell: PlanCell, all: readonly PlanCell[], roomOf: RoomOf): boolean {
  const agent = cell.seats[1]?.agent;
  // Every embedded agent is a process of its own.
  if (agent === undefined || agent === 'embedded') return true;
  const room = roomOf(agent) ?? DEFAULT_LIMITS;
  const its = all.filter(({ seats }) => seats[1]?.agent === agent);
  const rows = sum(its, ({ costs: [, cost] }) => (cost === undefined ? 0 : rowsOf(cost)));
  return its.length <= room.sessions && rows <= rowsOfAll(room);
}

function bps({ costs }: PlanCell): number {
  return most(costs, (cost) => (cost.bps === 'saturating' ? Number.POSITIVE_INFINITY : cost.bps));
}

function sends({ costs }: PlanCell): number {
  return most(costs, (cost) => cost.packetsPerSecond ?? Number.POSITIVE_INFINITY);
}

/** Of a cell's seats, the one that takes most. */
function most(costs: readonly Cost[], of: (cost: Cost) => number): number {
  return Math.max(...costs.map(of));
}

function sum(cells: readonly PlanCell[], of: (cell: PlanCell) => number): number {
  return cells.reduce((total, cell) => total + of(cell), 0);
}
