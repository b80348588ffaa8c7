import { NetprobeError } from '../contract/error.ts';
import type { Json } from '../contract/json.ts';
import type { HostedActivity } from '../lane/host.ts';
import type { PeerAccess } from '../lane/messages.ts';
import type { CellTask } from './cell-task.ts';

/** Begins the near end of a cell on its lane; `tell` passes its messages on to the far end. */
export function initiate(task: CellTask, peer: PeerAccess, tell: (message: Json) => void): HostedActivity {
  const { cell, attempt, deps } = task;
  const caps = cell.costs[0];
  if (caps === undefined) throw new NetprobeError('NETPROBE_INTERNAL', `${cell.kind} has no cost for its initiator`);
  const { id, kind, seats, seed } = cell;
  const shard = { index: 0, of: 1 };
  const assignment = {
    cell: id,
    attempt,
    part: '',
    kind,
    role: 'initiator',
    seat: 0,
    shard,
    options: deps.revealed,
    seed,
    caps,
    seats,
  };
  const activity = `${id}.${attempt}`;
  return deps.lane.begin(activity, assignment, [peer], {
    ready: () => deps.place.ready(activity),
    record: deps.append,
    tell: (_, message) => tell(message),
  });
}
