import type { Agent } from '../../src/agent/agent.ts';
import type { Json } from '../../src/contract/json.ts';
import type { AnyKind, Registry } from '../../src/contract/kind.ts';
import { agentInProcess, cellOf, measure, SECRET } from './play-cell.ts';
import { type Measured, reduced } from './reduced.ts';

export interface How {
  host?: string;
  signal?: AbortSignal;
  /** Told how many rows there are, every half a second. */
  progress?: (rows: number, agent: Agent) => void;
}

/** Measures a kind with an agent in this process, and reads it back. */
export async function withAgent(kind: AnyKind, given: { [key: string]: Json }, how: How = {}): Promise<Measured> {
  const registry: Registry = new Map([[kind.name, kind]]);
  const agent = await agentInProcess(registry, how.host ?? '127.0.0.1');
  const where = { host: agent.host, port: agent.port, family: null, secret: SECRET };
  const cell = cellOf(kind, given);
  try {
    const played = await measure(registry, cell, where, how.signal, (rows) => how.progress?.(rows, agent));
    return await reduced(kind, cell, played);
  } finally {
    await agent.drain(0);
  }
}

/** The value of a fact that a seat recorded. */
export function factOf({ read }: Measured, seat: number, name: string): Json | undefined {
  return read.seats.find((each) => each.seat === seat)?.facts.findLast((fact) => fact.name === name)?.value;
}

/** An abort as a run's own: after the cell has measured for half a second. */
export function abortOf(reason: Error): { signal: AbortSignal; progress: (rows: number) => void } {
  const stop = new AbortController();
  return { signal: stop.signal, progress: () => stop.abort(reason) };
}
