import { startAgent } from '../../src/agent/agent.ts';
import type { AgentHello } from '../../src/contract/hello.ts';
import type { Json } from '../../src/contract/json.ts';
import type { AnyKind, Registry } from '../../src/contract/kind.ts';
import type { PlanCell } from '../../src/contract/plan.ts';
import type { JournalRecord } from '../../src/contract/records.ts';
import { LaneHost } from '../../src/lane/host.ts';
import { runCell } from '../../src/run/cell.ts';
import type { AgentPatience, CellOutcome, Whereabouts } from '../../src/run/cell-task.ts';
import { Together } from '../../src/run/together.ts';
import { inProcessLane } from './in-process-lane.ts';

export const SECRET = 'a secret of the tests, long enough';

/** A plan's cell for a kind on its own, measured from this process. */
export function cellOf(kind: AnyKind, given: { [key: string]: Json }, target?: string): PlanCell {
  const options = kind.options.effective(given);
  const parsed = kind.options.parse(options);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
  const costs = kind.cost(parsed.value, {});
  return {
    id: `here.there.${kind.name}.r1`,
    from: 'here',
    to: 'there',
    probe: kind.name,
    kind: kind.name,
    round: 1,
    slot: 0,
    seats: [{ site: 'here' }, { site: 'there', ...(target ? { target } : { agent: 'embedded' }) }],
    options,
    seed: 1,
    costs,
    lane: costs[0]?.bps === 'saturating' ? 'load' : 'quiet',
    deadlineNs: Math.max(...costs.map((cost) => cost.durationNs)) + 15e9,
  };
}

export interface Played {
  outcome: CellOutcome;
  records: JournalRecord[];
}

/** Measures one cell at `where` with an in-process lane. */
export async function measure(
  registry: Registry,
  cell: PlanCell,
  where: Whereabouts,
  signal: AbortSignal = new AbortController().signal,
  progress: (rows: number) => void = () => undefined,
  patience: Partial<AgentPatience> = {},
  granted: AgentHello | null = null,
): Promise<Played> {
  const kind = registry.get(cell.kind);
  if (kind === undefined) throw new Error(cell.kind);
  const records: JournalRecord[] = [];
  const lane = new LaneHost(inProcessLane(registry, true));
  const outcome = await runCell(
    cell,
    1,
    {
      kind,
      lane,
      whereabouts: where,
      revealed: cell.options,
      concealed: cell.options,
      granted,
      place: new Together(1, (ids) => lane.start(ids)).join(),
      append: (record) => records.push(record),
      progress,
      patience,
    },
    signal,
  );
  await lane.stop();
  return { outcome, records };
}

/** An agent in this process, its lanes too, on a free port of `host`. */
export function agentInProcess(registry: Registry, host = '127.0.0.1', limits = {}, patience = {}) {
  return startAgent({
    host,
    port: 0,
    secret: SECRET,
    limits,
    patience,
    registry,
    startLane: () => inProcessLane(registry, false),
    tool: { name: 'netprobe', version: '0.0.0-test' },
  });
}
