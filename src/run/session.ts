import { NetprobeError } from '../contract/error.ts';
import type { AgentHello } from '../contract/hello.ts';
import type { Json } from '../contract/json.ts';
import { beyondLimits } from '../contract/limits.ts';
import { failureFrom, outcomeFrom } from '../contract/outcome.ts';
import type { PlanCell } from '../contract/plan.ts';
import type { HostedActivity } from '../lane/host.ts';
import type { PeerAccess } from '../lane/messages.ts';
import type { OpenRequest } from '../wire/control.ts';
import type { AgentConnection, AgentSession } from './agent-client.ts';
import { AgentRecords } from './agent-records.ts';
import type { CellTask, End } from './cell-task.ts';
import { initiate } from './initiate.ts';
import { supervise, within, withinSilence } from './supervise.ts';

/** How long an agent may take to be ready; and, after the initiator is done, between two of the records that are left. */
const RECORDS_MS = 15_000;

/** Plays a cell with an agent: opens the session, measures, and takes the rest of the agent's records. */
export async function playSession(task: CellTask, peer: PeerAccess, agent: AgentConnection): Promise<End> {
  const { cell, attempt, deps } = task;
  const refusal = refusalOf(cell, agent.hello);
  if (refusal !== undefined) {
    // An agent that would have played it when the plan was made withholds it now.
    if (deps.granted !== null && refusalOf(cell, deps.granted) === undefined) throw unfounded(refusal, cell);
    throw refusal;
  }
  const key = { cell: cell.id, attempt, part: '', seat: 1, shard: 0 };
  const records = new AgentRecords(key, deps.kind, cell.costs[1]?.rows ?? {});
  let activity: HostedActivity | undefined;
  let session: AgentSession | undefined;
  let taken = 0;
  const early: Json[] = [];
  const misbehaved = (error: unknown) => {
    const failure = failureFrom(error, cell.to);
    activity?.abort(failure);
    session?.abort(failure);
  };
  session = await opened(
    agent.open(requestFor(task), {
      record: (record) => {
        if (records.fault()) return;
        try {
          deps.append(records.accept(record));
          taken += 1;
        } catch (error) {
          misbehaved(error);
        }
      },
      tell: (_, message) => (activity ? activity.hear(1, message) : early.push(message)),
    }),
    task,
  );
  const fault = records.fault();
  if (fault) throw fault;
  const access = { ...peer, session: { id: session.id, key: agent.sessionKey } };
  activity = initiate(task, access, (message) => session?.hear(0, message));
  for (const message of early) activity.hear(1, message);
  const agentEnded = session.done.then((end) => {
    // An agent that ends before the initiator does has nothing more to answer with.
    activity?.abort(agentGone(end, cell));
    return end;
  });
  const mine = await supervise(activity, task);
  if (mine.status === 'completed') session.hush(0);
  else {
    records.toldToEnd();
    session.abort(new NetprobeError('NETPROBE_ABORTED', 'the initiator did not complete'));
  }
  const theirs = await farewell(agentEnded, () => taken, task);
  if (mine.status !== 'completed') return mine;
  const wrong = records.fault()?.toJSON() ?? theirs.error;
  if (wrong) return { status: 'partial', error: wrong };
  return records.closed() ? mine : { status: 'partial', error: unclosed(cell).toJSON() };
}

/** Why an agent that says this of itself need not be asked: the suite is to be mended. Undefined: it plays the cell. */
function refusalOf({ kind, to, costs: [, cost] }: PlanCell, hello: AgentHello): NetprobeError | undefined {
  if (!hello.kinds.includes(kind))
    return new NetprobeError('NETPROBE_AGENT_KIND', `${to}'s agent cannot play ${kind}`, {
      expected: kind,
      found: hello.kinds.join(', '),
      hint: `the agent runs ${hello.tool.name} ${hello.tool.version}`,
    });
  return cost === undefined ? undefined : beyondLimits(cost, hello.limits)[0];
}

/** The agent is not told the seed: it need not know when the next packet is due. */
function requestFor({ cell, attempt, deps }: CellTask): OpenRequest {
  const { id, kind, seats } = cell;
  const shard = { index: 0, of: 1 };
  return {
    cell: id,
    attempt,
    part: '',
    kind,
    role: 'responder',
    seat: 1,
    shard,
    options: deps.concealed,
    seed: 0,
    seats,
  };
}

/** An agent that took the session but is never ready to serve it. */
function opened(opening: Promise<AgentSession>, { cell, deps, signal }: CellTask): Promise<AgentSession> {
  const late = () => new NetprobeError('NETPROBE_AGENT_SILENT', `${cell.to}'s agent did not open the session in time`);
  const known = opening.catch((error: unknown) => {
    throw isUnfounded(error, cell) ? unfounded(error, cell) : error;
  });
  return within(known, deps.patience?.recordsMs ?? RECORDS_MS, late, signal);
}

/** By its hello an agent grants this session: it has no such reason left, and one that gives it all the same withholds. */
function isUnfounded(error: unknown, { options }: PlanCell): error is NetprobeError {
  if (!(error instanceof NetprobeError)) return false;
  const asked = typeof options === 'object' && options !== null && 'dscp' in options && options['dscp'] !== null;
  return error.code === 'NETPROBE_LIMIT_EXCEEDED' || (error.code === 'NETPROBE_DSCP_UNSUPPORTED' && !asked);
}

function unfounded({ code, message }: NetprobeError, { to }: PlanCell): NetprobeError {
  return new NetprobeError('NETPROBE_AGENT_GARBAGE', `${to}'s agent refused what it granted`, {
    expected: 'a session within the limits that it told',
    found: `${code}: ${message}`,
  });
}

function farewell(ended: Promise<End>, records: () => number, { cell, deps }: CellTask): Promise<End> {
  const late = () =>
    new NetprobeError('NETPROBE_AGENT_SILENT', `${cell.to}'s agent did not send the rest of its records`);
  return withinSilence(ended, deps.patience?.recordsMs ?? RECORDS_MS, records, late).catch((error: unknown) => ({
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
