import { randomBytes } from 'node:crypto';
import type net from 'node:net';
import type { Assignment } from '../contract/assignment.ts';
import { NetprobeError } from '../contract/error.ts';
import type { AgentLimits } from '../contract/hello.ts';
import type { Cost, Registry } from '../contract/kind.ts';
import { checkLimits, rowsOf, rowsOfAll } from '../contract/limits.ts';
import type { ActivityEvents, HostedActivity } from '../lane/host.ts';
import type { OpenRequest } from '../wire/control.ts';
import { SESSION_BYTES } from '../wire/preface.ts';
import { sameProof, streamProof } from '../wire/proof.ts';
import type { AgentLanes } from './lanes.ts';

/** A session may last this much longer than its cost says: set-up and draining. */
const GRACE_MS = 30_000;
/** Timers hold no more. */
const MAX_TIMER_MS = 2 ** 31 - 1;

interface Session {
  key: Uint8Array;
  activity: HostedActivity;
  /** Every stream number proves itself once: a recorded preface opens nothing. */
  used: Set<string>;
  connections: number;
  /** That it may have this agent keep. */
  rows: number;
}

/** The sessions that an agent is playing: opens them within its limits and routes connections to their lanes. */
export class Sessions {
  readonly #registry: Registry;
  readonly #limits: AgentLimits;
  readonly #lanes: AgentLanes;
  readonly #open = new Map<string, Session>();

  constructor(registry: Registry, limits: AgentLimits, lanes: AgentLanes) {
    this.#registry = registry;
    this.#limits = limits;
    this.#lanes = lanes;
  }

  get count(): number {
    return this.#open.size;
  }

  /** Throws a NetprobeError when the request is not one that this agent grants. */
  open(request: OpenRequest, key: Uint8Array, events: ActivityEvents): { id: string; activity: HostedActivity } {
    const assignment = this.#assignment(request);
    this.#checkRoom(assignment.caps);
    const id = randomBytes(SESSION_BYTES).toString('hex');
    const lane = this.#lanes.for(assignment.caps.bps === 'saturating' ? 'load' : 'quiet');
    const activity = lane.begin(id, assignment, [], events, key);
    const { connections } = assignment.caps;
    this.#open.set(id, { key, activity, used: new Set(), connections, rows: rowsOf(assignment.caps) });
    const cutOff = setTimeout(
      () => activity.abort(new NetprobeError('NETPROBE_DEADLINE', 'the session lasted longer than agreed')),
      Math.min(assignment.caps.durationNs / 1e6 + GRACE_MS, MAX_TIMER_MS),
    ).unref();
    void activity.done.then(() => {
      clearTimeout(cutOff);
      this.#open.delete(id);
    });
    return { id, activity };
  }

  /** Passes a connection to its session. False, and nothing done, when it has not proved that it belongs to one. */
  route(
    socket: net.Socket,
    as: 'stream' | 'http',
    claim: { session: string; stream: number; proof: Uint8Array },
    head: Buffer,
  ): boolean {
    const session = this.#open.get(claim.session);
    if (session === undefined) return false;
    const expected = streamProof(session.key, as, Buffer.from(claim.session, 'hex'), claim.stream);
    const name = `${as}.${claim.stream}`;
    if (!sameProof(expected, claim.proof) || session.used.has(name)) return false;
    if (session.used.size >= session.connections) return false;
    session.used.add(name);
    session.activity.take(socket, as, claim.stream, head);
    return true;
  }

  abortAll(error: NetprobeError): Promise<unknown> {
    const activities = [...this.#open.values()].map((session) => session.activity);
    for (const activity of activities) activity.abort(error);
    return Promise.all(activities.map((activity) => activity.done));
  }

  /** Resolves when no session is left. */
  async drained(): Promise<void> {
    await Promise.all([...this.#open.values()].map((session) => session.activity.done));
  }

  /** Throws NETPROBE_AGENT_BUSY when the sessions that are open leave no room for another one of these caps. */
  #checkRoom(caps: Cost): void {
    const { sessions } = this.#limits;
    if (this.#open.size >= sessions)
      throw new NetprobeError('NETPROBE_AGENT_BUSY', 'the agent is playing as many sessions as it may', {
        expected: `fewer than ${sessions}`,
        found: `${this.#open.size}`,
        hint: 'try again when another run has ended',
      });
    const rows = [...this.#open.values()].reduce((sum, session) => sum + session.rows, rowsOf(caps));
    const most = rowsOfAll(this.#limits);
    if (rows > most)
      throw new NetprobeError('NETPROBE_AGENT_BUSY', 'the agent is keeping as many rows as it may', {
        expected: `at most ${most} rows in all sessions`,
        found: `${rows}, those asked for among them`,
        hint: "other sessions' records are in memory: try again when they have ended",
      });
  }

  /** The assignment with the caps that this agent itself computes: it takes nobody's word for them. */
  #assignment(request: OpenRequest): Assignment {
    const kind = this.#registry.get(request.kind);
    // An agent answers; it never dials on anyone's behalf.
    if (kind === undefined || request.role !== 'responder' || kind.roles['responder'] === undefined)
      throw new NetprobeError('NETPROBE_AGENT_KIND', `this agent does not play ${request.role} of ${request.kind}`, {
        expected: `responder of one of ${[...this.#registry.keys()].join(', ')}`,
        found: `${request.role} of ${request.kind}`,
      });
    const parsed = kind.options.parse(request.options);
    if (!parsed.ok) {
      const issue = parsed.issues[0];
      throw new NetprobeError('NETPROBE_AGENT_KIND', `${request.kind}: the agent does not take these options`, {
        expected: issue?.expected ?? 'known options',
        found: `${issue?.path.join('.') ?? ''} ${issue?.found ?? ''}`.trim(),
        hint: 'run the same netprobe version on both sides',
      });
    }
    // Seat 0 is the initiator's.
    const caps =
      request.seat === 0 ? undefined : kind.cost(parsed.value, { seats: request.seats.length })[request.seat];
    if (caps === undefined)
      throw new NetprobeError('NETPROBE_AGENT_KIND', `${request.kind} has no responder at seat ${request.seat}`);
    checkLimits(caps, this.#limits);
    return { ...request, caps };
  }
}
