import { type ErrorJson, NetprobeError } from '../contract/error.ts';
import type { Json } from '../contract/json.ts';
import type { AnyKind } from '../contract/kind.ts';
import { failureFrom, outcomeFrom } from '../contract/outcome.ts';
import type { PlanCell } from '../contract/plan.ts';
import type { CloseStatus, JournalRecord, Ns } from '../contract/records.ts';
import type { HostedActivity, LaneHost } from '../lane/host.ts';
import type { PeerAccess } from '../lane/messages.ts';
import { type AgentConnection, type AgentSession, dialAgent } from './agent-client.ts';
import { AgentRecords } from './agent-records.ts';
import { resolveOnce } from './resolve.ts';

/** Where a cell's far seat is, once embedded agents have their ports. */
export interface Whereabouts {
  host: string;
  port: number;
  family: 4 | 6 | null;
  /** Of an agent: its secret ('' when it has none). Absent for targets. */
  secret?: string;
  /** Of a target: the URL in full. */
  url?: string;
}

export interface CellDeps {
  kind: AnyKind;
  lane: LaneHost;
  whereabouts: Whereabouts;
  /** Options with their secrets, for the initiator on this machine. */
  revealed: Json;
  /** Options without any, for the agent. */
  concealed: Json;
  append(record: JournalRecord): void;
  /** How many rows have been measured so far, now and then. */
  progress(rows: number): void;
  patience?: Partial<AgentPatience>;
}

/** How long a cell waits for an agent. */
export interface AgentPatience {
  handshakeMs: number;
  /** To be ready for a session; and, after the initiator is done, to send the rest of its records. */
  recordsMs: number;
}

export interface CellOutcome {
  status: CloseStatus;
  error: ErrorJson | null;
  address: string | null;
  dnsNs: Ns | null;
}

/** After its deadline a lane has this long to settle before it is ended. */
const SETTLE_MS = 5_000;
const RECORDS_MS = 15_000;
const PROGRESS_MS = 500;

/** Measures one cell, both seats, and journals what they record. Never rejects: a failure is the cell's outcome. */
export async function runCell(
  cell: PlanCell,
  attempt: number,
  deps: CellDeps,
  signal: AbortSignal,
): Promise<CellOutcome> {
  let address: string | null = null;
  let dnsNs: Ns | null = null;
  try {
    const { host, port, family, secret, url } = deps.whereabouts;
    const resolved = await resolveOnce(host, family);
    ({ address, dnsNs } = resolved);
    const peer: PeerAccess = { seat: 1, host, port, ...resolved, ...(url === undefined ? {} : { url }) };
    const end =
      secret === undefined
        ? await alone(cell, attempt, peer, deps, signal)
        : await withAgent(cell, attempt, peer, secret, deps, signal);
    return { ...end, address, dnsNs };
  } catch (error) {
    const failure = failureFrom(error, cell.to).toJSON();
    return { status: 'failed', error: failure, address, dnsNs };
  }
}

type End = Pick<CellOutcome, 'status' | 'error'>;

function alone(cell: PlanCell, attempt: number, peer: PeerAccess, deps: CellDeps, signal: AbortSignal): Promise<End> {
  return supervise(
    initiate(cell, attempt, peer, deps, () => undefined),
    cell,
    deps,
    signal,
  );
}

async function withAgent(
  cell: PlanCell,
  attempt: number,
  peer: PeerAccess,
  secret: string,
  deps: CellDeps,
  signal: AbortSignal,
): Promise<End> {
  const name = `${cell.to} (${peer.host}:${peer.port})`;
  const to = { name, address: peer.address, port: peer.port, secret };
  const agent = await dialAgent(to, signal, deps.patience?.handshakeMs);
  try {
    return await play(cell, attempt, peer, agent, deps, signal);
  } finally {
    agent.close();
  }
}

async function play(
  cell: PlanCell,
  attempt: number,
  peer: PeerAccess,
  agent: AgentConnection,
  deps: CellDeps,
  signal: AbortSignal,
): Promise<End> {
  if (!agent.hello.kinds.includes(cell.kind))
    throw new NetprobeError('NETPROBE_AGENT_KIND', `${cell.to}'s agent cannot play ${cell.kind}`, {
      expected: cell.kind,
      found: agent.hello.kinds.join(', '),
      hint: `the agent runs ${agent.hello.tool.name} ${agent.hello.tool.version}`,
    });
  const key = { cell: cell.id, attempt, part: '', seat: 1, shard: 0 };
  const records = new AgentRecords(key, deps.kind, cell.costs[1]?.rows ?? {});
  let activity: HostedActivity | undefined;
  let session: AgentSession | undefined;
  const early: Json[] = [];
  const misbehaved = (error: unknown) => {
    const failure = failureFrom(error, cell.to);
    activity?.abort(failure);
    session?.abort(failure);
  };
  const { id, seed } = cell;
  const shard = { index: 0, of: 1 };
  const request = {
    cell: id,
    attempt,
    part: '',
    kind: cell.kind,
    role: 'responder',
    seat: 1,
    shard,
    options: deps.concealed,
    seed,
    seats: cell.seats,
  };
  session = await opened(
    agent.open(request, {
      record: (record) => {
        if (records.fault()) return;
        try {
          deps.append(records.accept(record));
        } catch (error) {
          misbehaved(error);
        }
      },
      tell: (_, message) => (activity ? activity.hear(1, message) : early.push(message)),
    }),
    cell,
    deps,
    signal,
  );
  const fault = records.fault();
  if (fault) throw fault;
  const access = { ...peer, session: { id: session.id, key: agent.sessionKey } };
  activity = initiate(cell, attempt, access, deps, (message) => session?.hear(0, message));
  for (const message of early) activity.hear(1, message);
  const agentEnded = session.done.then((end) => {
    // An agent that ends before the initiator does has nothing more to answer with.
    activity?.abort(agentGone(end, cell));
    return end;
  });
  const mine = await supervise(activity, cell, deps, signal);
  if (mine.status === 'completed') session.hush(0);
  else session.abort(new NetprobeError('NETPROBE_ABORTED', 'the initiator did not complete'));
  const theirs = await farewell(agentEnded, cell, deps);
  if (mine.status !== 'completed') return mine;
  const wrong = records.fault()?.toJSON() ?? theirs.error;
  if (wrong) return { status: 'partial', error: wrong };
  return records.closed() ? mine : { status: 'partial', error: unclosed(cell).toJSON() };
}

function initiate(
  cell: PlanCell,
  attempt: number,
  peer: PeerAccess,
  deps: CellDeps,
  tell: (message: Json) => void,
): HostedActivity {
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
  return deps.lane.begin(`${id}.${attempt}`, assignment, [peer], {
    record: deps.append,
    tell: (_, message) => tell(message),
  });
}

/** Waits for an activity, keeps its deadline, and passes an abort on. A lane that hangs is ended. */
async function supervise(activity: HostedActivity, cell: PlanCell, deps: CellDeps, signal: AbortSignal): Promise<End> {
  const onAbort = () => activity.abort(failureFrom(signal.reason, cell.to));
  if (signal.aborted) onAbort();
  signal.addEventListener('abort', onAbort, { once: true });
  const ticker = setInterval(() => deps.progress(activity.rows()), PROGRESS_MS);
  let hung: NodeJS.Timeout | undefined;
  const deadline = setTimeout(() => {
    activity.abort(
      new NetprobeError('NETPROBE_DEADLINE', `${cell.id} was cut off`, {
        expected: `an end within ${cell.deadlineNs / 1e9} s`,
      }),
    );
    hung = setTimeout(() => void deps.lane.stop(), SETTLE_MS);
  }, cell.deadlineNs / 1e6);
  try {
    return await activity.done;
  } finally {
    clearInterval(ticker);
    clearTimeout(deadline);
    clearTimeout(hung);
    signal.removeEventListener('abort', onAbort);
  }
}

/** An agent that took the session but is never ready to serve it. */
function opened(
  opening: Promise<AgentSession>,
  cell: PlanCell,
  { patience }: CellDeps,
  signal: AbortSignal,
): Promise<AgentSession> {
  const late = () => new NetprobeError('NETPROBE_AGENT_SILENT', `${cell.to}'s agent did not open the session in time`);
  return within(opening, patience?.recordsMs ?? RECORDS_MS, late, signal);
}

async function farewell(ended: Promise<End>, cell: PlanCell, { patience }: CellDeps): Promise<End> {
  const late = () =>
    new NetprobeError('NETPROBE_AGENT_SILENT', `${cell.to}'s agent did not send the rest of its records`);
  return within(ended, patience?.recordsMs ?? RECORDS_MS, late).catch((error: unknown) => ({
    status: 'partial',
    error: failureFrom(error, cell.to).toJSON(),
  }));
}

/** Whatever reason an agent gives: requests on their way were not answered because of it, not for want of this side. */
function agentGone({ error }: End, cell: PlanCell): NetprobeError {
  const reason = error === null ? undefined : NetprobeError.from(error);
  if (reason && outcomeFrom(reason) !== 'local') return reason;
  return new NetprobeError('NETPROBE_AGENT_CLOSED', `${cell.to}'s agent ended the session early`, {
    expected: 'a session that lasts until the initiator is done',
    ...(reason ? { found: `${reason.code}: ${reason.message}` } : {}),
  });
}

function unclosed(cell: PlanCell): NetprobeError {
  return new NetprobeError(
    'NETPROBE_AGENT_GARBAGE',
    `${cell.to}'s agent ended the session without all of its records`,
    {
      expected: 'a close record',
    },
  );
}

function within<V>(promise: Promise<V>, ms: number, late: () => Error, signal?: AbortSignal): Promise<V> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(late()), ms);
    const onAbort = () => reject(signal?.reason);
    if (signal?.aborted) onAbort();
    signal?.addEventListener('abort', onAbort);
    promise.then(resolve, reject).finally(() => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
    });
  });
}
