import type net from 'node:net';
import type { Attention } from '../clock/attention.ts';
import type { MonotonicClock } from '../clock/monotonic.ts';
import type { Pacer } from '../clock/pacer.ts';
import type { Assignment } from '../contract/assignment.ts';
import { NetprobeError } from '../contract/error.ts';
import type { DatagramHandler, Datagrams, Link, ProbeIo } from '../contract/io.ts';
import type { Tables } from '../contract/records.ts';
import type { Missing } from '../kernel/missing.ts';
import type { Kernel } from '../kernel/native.ts';
import { dialDatagrams } from './datagram-dial.ts';
import type { DatagramPort } from './datagram-port.ts';
import { dial } from './dial.ts';
import type { Mailboxes } from './mailboxes.ts';
import type { LanePort } from './messages.ts';
import type { Peers } from './peers.ts';
import type { Recorder } from './recorder.ts';
import type { Serving } from './serving.ts';
import type { StartSignal } from './start-signal.ts';
import type { Traffic } from './traffic.ts';
import type { LaneVitals } from './vitals.ts';

/** What all activities of one lane share. */
export interface LaneThread {
  pacer: Pacer;
  kernel: Kernel | Missing;
  vitals: LaneVitals;
  /** Of an agent's lane that may stay awake. */
  attention: Attention | undefined;
  /** The agent's UDP port; undefined in lanes that have none. */
  datagrams(): DatagramPort | undefined;
}

/** What an activity's io is made of. */
export interface IoParts {
  id: string;
  assignment: Assignment;
  thread: LaneThread;
  port: LanePort;
  clock: MonotonicClock;
  start: StartSignal;
  peers: Peers;
  serving: Serving;
  recorder: Recorder;
  mailboxes: Mailboxes;
  traffic: Traffic;
  /** Of a responder: its session's. */
  key: Uint8Array | undefined;
  signal: AbortSignal;
  own(socket: net.Socket): void;
  trouble(error: Error): void;
}

type How<K extends 'connect' | 'datagrams'> = Parameters<ProbeIo<Tables>[K]>[1];

/** All that the probe of an activity has. */
export function activityIo(parts: IoParts): ProbeIo<Tables> {
  const { id, thread, port, clock, start, peers, serving, recorder, mailboxes, signal } = parts;
  return {
    clock: {
      now: clock.now,
      startedUnixNs: clock.startedUnixNs,
      start: () => {
        port.post({ is: 'ready', id });
        return start.at(signal);
      },
      pace: (at, send) => thread.pacer.pace(at, clock.origin, send, signal),
    },
    endpoint: (seat, scheme) => peers.endpoint(seat, scheme),
    connect: (seat, how) => connect(parts, seat, how),
    datagrams: (seat, how) => datagrams(parts, seat, how),
    serve: (handlers) => {
      serving.use(handlers);
      if (handlers.datagrams) admit(parts, handlers.datagrams);
      port.post({ is: 'serving', id });
    },
    table: (name) => recorder.table(name as string),
    fact: (name, value) => recorder.fact(clock.now(), name, value),
    trouble: (error) => parts.trouble(error),
    tell: (seat, message) => port.post({ is: 'tell', id, seat, message }),
    heard: (seat) => mailboxes.of(seat),
  };
}

function connect(
  { assignment, thread, clock, peers, signal, own }: IoParts,
  seat: number,
  how: How<'connect'>,
): Promise<Link> {
  const { address, port, host } = peers.get(seat);
  const to = { address, port, name: nameOf(assignment, seat, host) };
  return dial(to, {
    ...how,
    now: clock.now,
    signal,
    kernel: thread.kernel,
    preface: how.stream === undefined ? undefined : peers.preface(seat, how.stream),
    opened: own,
  });
}

function datagrams(
  { assignment, thread, clock, peers, signal, traffic }: IoParts,
  seat: number,
  how: How<'datagrams'>,
): Promise<Datagrams> {
  const { address, port, family, host, session } = peers.get(seat);
  const proof = session && { id: Buffer.from(session.id, 'hex'), key: Buffer.from(session.key, 'hex') };
  const to = { name: nameOf(assignment, seat, host), address, port, family, session: proof };
  return dialDatagrams(to, {
    ...how,
    now: clock.now,
    kernel: thread.kernel,
    signal,
    opened: (socket) => traffic.ownDatagrams(socket),
    carried: (bytes, out) => traffic.carried(bytes, out),
  });
}

/** Takes the session's datagrams at the agent's UDP port. */
function admit({ id, assignment, thread, clock, key, traffic }: IoParts, handler: DatagramHandler): void {
  const port = thread.datagrams();
  if (port === undefined || key === undefined)
    throw new NetprobeError('NETPROBE_AGENT_KIND', 'this agent has no UDP port', { origin: 'agent' });
  port.admit({
    id,
    key,
    origin: clock.origin,
    handler,
    flows: assignment.caps.connections,
    carried: (bytes, out) => traffic.carried(bytes, out),
  });
}

/** The site's name; of a peer without one, the host's. */
function nameOf({ seats }: Assignment, seat: number, host: string): string {
  return `${seats[seat]?.site ?? host}`;
}
