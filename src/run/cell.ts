import { failureFrom } from '../contract/outcome.ts';
import type { PlanCell } from '../contract/plan.ts';
import type { Ns } from '../contract/records.ts';
import type { PeerAccess } from '../lane/messages.ts';
import { dialAgent } from './agent-client.ts';
import type { CellDeps, CellOutcome, CellTask, End } from './cell-task.ts';
import { Gate } from './gate.ts';
import { initiate } from './initiate.ts';
import { resolveOnce } from './resolve.ts';
import { playSession } from './session.ts';
import { supervise } from './supervise.ts';

/** The cells of a slot begin together; an agent takes only so many connections that have not proved themselves yet. */
const HANDSHAKES = new Gate(64);

/** Measures one cell, both seats, and journals what they record. Never rejects: a failure is the cell's outcome. */
export async function runCell(
  cell: PlanCell,
  attempt: number,
  deps: CellDeps,
  signal: AbortSignal,
): Promise<CellOutcome> {
  const task = { cell, attempt, deps, signal };
  const { host, port, family, secret, url } = deps.whereabouts;
  let address: string | null = null;
  let dnsNs: Ns | null = null;
  try {
    const resolved = await resolveOnce(host, family);
    ({ address, dnsNs } = resolved);
    const peer: PeerAccess = { seat: 1, host, port, ...resolved, ...(url === undefined ? {} : { url }) };
    const end = secret === undefined ? await alone(task, peer) : await withAgent(task, peer, secret);
    return { ...end, address, dnsNs };
  } catch (error) {
    return { status: 'failed', error: failureFrom(error, cell.to).toJSON(), address, dnsNs };
  } finally {
    deps.place.leave();
  }
}

function alone(task: CellTask, peer: PeerAccess): Promise<End> {
  const activity = initiate(task, peer, () => undefined);
  return supervise(activity, task);
}

async function withAgent(task: CellTask, peer: PeerAccess, secret: string): Promise<End> {
  const name = `${task.cell.to} (${peer.host}:${peer.port})`;
  const to = { name, address: peer.address, port: peer.port, secret };
  const agent = await HANDSHAKES.pass(() => dialAgent(to, task.signal, task.deps.patience?.handshakeMs));
  try {
    return await playSession(task, peer, agent);
  } finally {
    agent.close();
  }
}
