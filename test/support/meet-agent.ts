import { registry } from '../../probes/index.ts';
import type { AgentHello } from '../../src/contract/hello.ts';
import type { Json } from '../../src/contract/json.ts';
import type { AnyKind } from '../../src/contract/kind.ts';
import type { CellRecords } from '../../src/journal/read-run.ts';
import { type Behaviour, badAgent } from './bad-agent.ts';
import { cellOf, measure, type Played } from './play-cell.ts';
import { readBack } from './read-back.ts';

export interface Met extends Played {
  /** The cell's records as a report reads them. */
  read: CellRecords;
}

/**
 * Measures one cell with an agent that does what the test says, and reads the records of it back. `granted`: the hello that
 * the plan was made with.
 */
export async function meet(
  behaviour: Behaviour,
  given: { [key: string]: Json } = { count: 20, rate: '1000/s', timeout: '2s' },
  kindName = 'tcp-echo',
  granted: AgentHello | null = null,
): Promise<Met> {
  const kind = registry.get(kindName) as AnyKind;
  const agent = await badAgent(behaviour);
  const cell = cellOf(kind, given);
  const patience = { handshakeMs: 300, recordsMs: 500 };
  const never = new AbortController().signal;
  const played = await measure(registry, cell, agent.where, never, () => undefined, patience, granted);
  await agent.close();
  return { ...played, read: await readBack(cell.id, kind, played.records) };
}
