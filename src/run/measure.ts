import type { RunEvent } from '../contract/events.ts';
import type { AgentHello } from '../contract/hello.ts';
import type { AnyKind, Registry } from '../contract/kind.ts';
import { failureFrom } from '../contract/outcome.ts';
import type { Plan, PlanCell } from '../contract/plan.ts';
import type { JournalRecord } from '../contract/records.ts';
import type { Journal } from '../journal/append.ts';
import type { Suite } from '../suite/suite.ts';
import { runCell } from './cell.ts';
import type { CellOutcome } from './cell-task.ts';
import type { EmbeddedAgent } from './embedded.ts';
import type { RunLanes } from './lanes.ts';
import { type Place, Together } from './together.ts';
import { whereaboutsOf } from './whereabouts.ts';

/** What measuring needs besides the plan. */
export interface Means {
  suite: Suite;
  registry: Registry;
  journal: Journal;
  lanes: RunLanes;
  embedded: ReadonlyMap<string, EmbeddedAgent>;
  /** Interrupts the run. */
  signal: AbortSignal;
  on(event: RunEvent): void;
}

/** Measures slot after slot, the cells of one slot at the same time. Gives the IP addresses that were measured. */
export async function measure(
  plan: Plan,
  means: Means,
): Promise<{ status: 'completed' | 'interrupted'; addresses: Set<string> }> {
  const stop = new AbortController();
  const onAbort = () => stop.abort(means.signal.reason);
  if (means.signal.aborted) onAbort();
  means.signal.addEventListener('abort', onAbort, { once: true });
  // What is measured after a write has failed would be lost: stop, and keep what is there.
  void means.journal.failure.then((error) => stop.abort(error));
  const addresses = new Set<string>();
  const indexes = new Map(plan.cells.map((cell, index) => [cell, index]));
  for (const slot of bySlot(plan.cells)) {
    if (stop.signal.aborted) break;
    const lane = means.lanes.get(slot[0]?.lane ?? 'quiet');
    // What setting up has left to write is written before, not while sends have to be on time.
    const together = new Together(slot.length, (ids) => void means.journal.flush().then(() => lane.start(ids)));
    const ended = slot.map((cell) => {
      const position = { index: indexes.get(cell) as number, of: plan.cells.length };
      const granted = plan.sites.find(({ name }) => name === cell.to)?.hello ?? null;
      return measureCell(cell, { ...position, granted }, together.join(), { ...means, signal: stop.signal });
    });
    for (const address of await Promise.all(ended)) if (address !== null) addresses.add(address);
  }
  means.signal.removeEventListener('abort', onAbort);
  return { status: stop.signal.aborted ? 'interrupted' : 'completed', addresses };
}

/** Gives the address that was measured. */
async function measureCell(
  cell: PlanCell,
  { index, of, granted }: { index: number; of: number; granted: AgentHello | null },
  place: Place,
  { suite, registry, journal, lanes, embedded, on, signal }: Means,
): Promise<string | null> {
  const attempt = 1;
  const { id, from, to, probe } = cell;
  const kind = registry.get(cell.kind) as AnyKind;
  const secrets = kind.secrets ?? [];
  on({ is: 'cell-started', cell: id, from, to, probe, index, of, estimatedNs: likelyNs([cell]) });
  journal.note({ is: 'cell-open', cell: id, attempt, at: new Date().toISOString() });
  let outcome: CellOutcome;
  try {
    const deps = {
      kind,
      lane: lanes.get(cell.lane),
      whereabouts: whereaboutsOf(cell, suite, embedded),
      revealed: suite.vault.reveal(cell.options, secrets),
      concealed: suite.vault.conceal(cell.options, secrets),
      granted,
      place,
      append: (record: JournalRecord) => journal.append(scrubbed(record, suite)),
      progress: (rows: number) => on({ is: 'cell-progress', cell: id, rows }),
    };
    outcome = await runCell(cell, attempt, deps, signal);
  } catch (error) {
    place.leave();
    outcome = { status: 'failed', error: failureFrom(error, to).toJSON(), address: null, dnsNs: null };
  }
  const { status, error, address, dnsNs } = scrub(outcome, suite);
  await journal.close(id).catch(() => undefined);
  journal.note({ is: 'cell-close', cell: id, attempt, at: new Date().toISOString(), status, error, address, dnsNs });
  on({ is: 'cell-finished', cell: id, status, error, index, of });
  return address;
}

/** Rows are numbers; what has words in it could repeat a secret. */
function scrubbed(record: JournalRecord, suite: Suite): JournalRecord {
  return record.is === 'rows' || record.is === 'open' ? record : scrub(record, suite);
}

function scrub<V>(value: V, suite: Suite): V {
  return JSON.parse(suite.vault.scrub(JSON.stringify(value))) as V;
}

function bySlot(cells: readonly PlanCell[]): PlanCell[][] {
  const slots = new Map<number, PlanCell[]>();
  for (const cell of cells) {
    const slot = slots.get(cell.slot) ?? [];
    slots.set(cell.slot, slot);
    slot.push(cell);
  }
  return [...slots.values()];
}

/** The likely time of cells: their schedule without the slack of their deadline; those of a slot run at once. */
export function likelyNs(cells: readonly PlanCell[]): number {
  const longest = (slot: PlanCell[]) =>
    Math.max(...slot.flatMap(({ costs }) => costs.map(({ durationNs }) => durationNs)));
  return bySlot(cells).reduce((sum, slot) => sum + longest(slot), 0);
}
