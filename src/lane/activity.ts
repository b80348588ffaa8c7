import type dgram from 'node:dgram';
import type net from 'node:net';
import { startClock } from '../clock/monotonic.ts';
import type { Pacer } from '../clock/pacer.ts';
import type { Assignment } from '../contract/assignment.ts';
import { type ErrorJson, NetprobeError } from '../contract/error.ts';
import type { DatagramHandler, Datagrams, Link, ProbeIo } from '../contract/io.ts';
import type { AnyKind } from '../contract/kind.ts';
import { failureFrom } from '../contract/outcome.ts';
import type { CloseStatus, Tables } from '../contract/records.ts';
import { TCP_INFO_TABLE } from '../contract/tcp-info.ts';
import type { Missing } from '../kernel/missing.ts';
import type { Kernel } from '../kernel/native.ts';
import { dialDatagrams } from './datagram-dial.ts';
import type { DatagramPort } from './datagram-port.ts';
import { dial } from './dial.ts';
import { Mailbox } from './mailbox.ts';
import type { LanePort, ToLane } from './messages.ts';
import { Peers } from './peers.ts';
import { Recorder } from './recorder.ts';
import { Serving } from './serving.ts';
import { StartSignal } from './start-signal.ts';
import { TcpWatch } from './tcp-watch.ts';
import type { LaneVitals } from './vitals.ts';

/** How often an activity's traffic is held against its caps. */
const CAPS_CHECK_MS = 100;
/** After a completed cell, what a peer is still owed must be taken within this time. */
const LINGER_MS = 2000;
/** A probe that has not settled so long after an abort is closed over its head. */
const ABORT_GRACE_MS = 1000;

/** What all activities of one lane share. */
export interface LaneThread {
  pacer: Pacer;
  kernel: Kernel | Missing;
  vitals: LaneVitals;
  /** The agent's UDP port; undefined in lanes that have none. */
  datagrams(): DatagramPort | undefined;
}

/** One assignment being done: gives its probe the io, keeps its caps, and closes all that it opened when it ends. */
export class Activity {
  readonly id: string;
  readonly #assignment: Assignment;
  readonly #kind: AnyKind;
  readonly #port: LanePort;
  readonly #thread: LaneThread;
  readonly #key: Uint8Array | undefined;
  readonly #clock = startClock();
  readonly #start = new StartSignal(this.#clock.now);
  readonly #abort = new AbortController();
  readonly #sockets = new Set<net.Socket>();
  readonly #udp = new Set<dgram.Socket>();
  readonly #mailboxes = new Map<number, Mailbox>();
  readonly #peers: Peers;
  readonly #serving: Serving;
  readonly #recorder: Recorder;
  #trouble: ErrorJson | null = null;
  readonly #watch: TcpWatch | undefined;
  #bytesIn = 0;
  #bytesOut = 0;

  /** `key`: of a responder, the key of its session, hex. */
  constructor(
    { id, assignment, peers, key }: Pick<Extract<ToLane, { do: 'begin' }>, 'id' | 'assignment' | 'peers' | 'key'>,
    kind: AnyKind,
    port: LanePort,
    thread: LaneThread,
  ) {
    this.id = id;
    this.#thread = thread;
    this.#key = key === undefined ? undefined : Buffer.from(key, 'hex');
    this.#assignment = assignment;
    this.#kind = kind;
    this.#port = port;
    this.#peers = new Peers(peers);
    this.#serving = new Serving(id, this.#clock.now, thread.kernel);
    this.#recorder = new Recorder(id, assignment, kind.tables, port, String(this.#clock.startedUnixNs));
    this.#watch = this.#tcpWatch();
    for (const { seat, host, address, family, dnsNs } of this.#peers.all())
      this.#recorder.fact(0, 'peer', { seat, host, address, family, dns_ns: dnsNs });
  }

  /** Does the assignment, and settles when its last record is out. */
  async run(): Promise<void> {
    const vitals = this.#thread.vitals.begin();
    const caps = setInterval(() => this.#checkCaps(), CAPS_CHECK_MS).unref();
    let status: CloseStatus = 'completed';
    let error: ErrorJson | null = null;
    try {
      await this.#orAborted(this.#role());
      if (this.#trouble) [status, error] = ['partial', this.#trouble];
      // A role that does not mind an abort has not completed all the same.
      else this.#abort.signal.throwIfAborted();
    } catch (thrown) {
      error = failureFrom(thrown, this.#assignment.kind).toJSON();
      status = this.#abort.signal.aborted && this.#recorder.rows > 0 ? 'partial' : 'failed';
    }
    clearInterval(caps);
    this.#watch?.end();
    this.#end(error);
    for (const [name, value] of Object.entries(vitals.end())) this.#recorder.fact(this.#clock.now(), name, value);
    await this.#recorder.close(this.#clock.now(), status, error);
    this.#port.post({ is: 'closed', id: this.id, status, error });
  }

  take(socket: net.Socket, as: 'stream' | 'http', stream: number, head: Buffer): void {
    if (this.#abort.signal.aborted) {
      socket.destroy();
      return;
    }
    this.#own(socket);
    this.#serving.take(socket, as, stream, head);
  }

  hear(seat: number, message: Parameters<Mailbox['put']>[0]): void {
    if (this.#assignment.seats[seat] !== undefined) this.#mailbox(seat).put(message);
  }

  hush(seat: number): void {
    if (this.#assignment.seats[seat] !== undefined) this.#mailbox(seat).end();
  }

  /** Lets its schedule begin, as one of so many. */
  start(together: number): void {
    this.#start.go(together);
  }

  /** The host has passed on a message of rows. */
  taken(): void {
    this.#recorder.taken();
  }

  abort(error: NetprobeError): void {
    this.#abort.abort(error);
    for (const mailbox of this.#mailboxes.values()) mailbox.fail(error);
  }

  async #role(): Promise<void> {
    const { role, options } = this.#assignment;
    const load = this.#kind.roles[role];
    if (load === undefined)
      throw new NetprobeError('NETPROBE_AGENT_KIND', `${this.#kind.name} has no role ${JSON.stringify(role)}`);
    const parsed = this.#kind.options.parse(options);
    if (!parsed.ok)
      throw new NetprobeError('NETPROBE_AGENT_KIND', `${this.#kind.name}: options that this version does not take`, {
        expected: parsed.issues[0]?.expected ?? '',
        found: parsed.issues[0]?.found ?? '',
      });
    const { run } = await load();
    await run({ ...this.#assignment, options: parsed.value }, this.#io(), this.#abort.signal);
  }

  #io(): ProbeIo<Tables> {
    return {
      clock: {
        now: this.#clock.now,
        startedUnixNs: this.#clock.startedUnixNs,
        start: () => {
          this.#port.post({ is: 'ready', id: this.id });
          return this.#start.at(this.#abort.signal);
        },
        pace: (at, send) => this.#thread.pacer.pace(at, this.#clock.origin, send, this.#abort.signal),
      },
      endpoint: (seat, scheme) => this.#peers.endpoint(seat, scheme),
      connect: (seat, how) => this.#connect(seat, how),
      datagrams: (seat, how) => this.#datagrams(seat, how),
      serve: (handlers) => {
        this.#serving.use(handlers);
        if (handlers.datagrams) this.#admit(handlers.datagrams);
        this.#port.post({ is: 'serving', id: this.id });
      },
      table: (name) => this.#recorder.table(name as string),
      fact: (name, value) => this.#recorder.fact(this.#clock.now(), name, value),
      trouble: (error) => {
        this.#trouble ??= failureFrom(error, this.#assignment.kind).toJSON();
      },
      tell: (seat, message) => this.#port.post({ is: 'tell', id: this.id, seat, message }),
      heard: (seat) => this.#mailbox(seat),
    };
  }

  #connect(seat: number, how: Parameters<ProbeIo<Tables>['connect']>[1]): Promise<Link> {
    const peer = this.#peers.get(seat);
    const to = { address: peer.address, port: peer.port, name: `${this.#assignment.seats[seat]?.site ?? peer.host}` };
    return dial(to, {
      ...how,
      now: this.#clock.now,
      signal: this.#abort.signal,
      kernel: this.#thread.kernel,
      preface: how.stream === undefined ? undefined : this.#peers.preface(seat, how.stream),
      opened: (socket) => this.#own(socket),
    });
  }

  #datagrams(seat: number, how: Parameters<ProbeIo<Tables>['datagrams']>[1]): Promise<Datagrams> {
    const peer = this.#peers.get(seat);
    const session = peer.session && {
      id: Buffer.from(peer.session.id, 'hex'),
      key: Buffer.from(peer.session.key, 'hex'),
    };
    const name = this.#assignment.seats[seat]?.site ?? peer.host;
    const to = { name, address: peer.address, port: peer.port, family: peer.family, session };
    return dialDatagrams(to, {
      ...how,
      now: this.#clock.now,
      kernel: this.#thread.kernel,
      signal: this.#abort.signal,
      opened: (socket) => this.#udp.add(socket),
      carried: (bytes, out) => this.#carried(bytes, out),
    });
  }

  /** Takes the session's datagrams at the agent's UDP port. */
  #admit(handler: DatagramHandler): void {
    const port = this.#thread.datagrams();
    if (port === undefined || this.#key === undefined)
      throw new NetprobeError('NETPROBE_AGENT_KIND', 'this agent has no UDP port', { origin: 'agent' });
    port.admit({
      id: this.id,
      key: this.#key,
      origin: this.#clock.origin,
      handler,
      flows: this.#assignment.caps.connections,
      carried: (bytes, out) => this.#carried(bytes, out),
    });
  }

  #carried(bytes: number, out: boolean): void {
    if (out) this.#bytesOut += bytes;
    else this.#bytesIn += bytes;
  }

  #tcpWatch(): TcpWatch | undefined {
    const rows = this.#assignment.caps.rows[TCP_INFO_TABLE] ?? 0;
    if (this.#kind.tables[TCP_INFO_TABLE] === undefined || rows === 0) return undefined;
    const { now } = this.#clock;
    const table = this.#recorder.table(TCP_INFO_TABLE);
    return new TcpWatch(this.#thread.kernel, table, rows, now, (name, value) =>
      this.#recorder.fact(now(), name, value),
    );
  }

  #own(socket: net.Socket): void {
    this.#sockets.add(socket);
    if (!isTls(socket)) this.#watch?.add(socket);
    socket.once('close', () => {
      this.#sockets.delete(socket);
      if (isTls(socket)) return;
      this.#bytesIn += socket.bytesRead;
      this.#bytesOut += socket.bytesWritten;
    });
  }

  /** A peer that uses more than was agreed is cut off. Saturating loads are bounded by time instead. */
  #checkCaps(): void {
    const { caps } = this.#assignment;
    if (caps.bytesIn === null || caps.bytesOut === null) return;
    let bytesIn = this.#bytesIn;
    let bytesOut = this.#bytesOut;
    for (const socket of this.#sockets) {
      if (isTls(socket)) continue;
      bytesIn += socket.bytesRead;
      bytesOut += socket.bytesWritten;
    }
    const over = bytesIn > caps.bytesIn ? ['received', bytesIn, caps.bytesIn] : ['sent', bytesOut, caps.bytesOut];
    if (bytesIn <= caps.bytesIn && bytesOut <= caps.bytesOut) return;
    this.abort(
      new NetprobeError('NETPROBE_LIMIT_EXCEEDED', `${this.#assignment.kind} ${over[0]} more than agreed`, {
        origin: 'target',
        expected: `at most ${over[2]} bytes`,
        found: `${over[1]} bytes`,
      }),
    );
  }

  #mailbox(seat: number): Mailbox {
    const known = this.#mailboxes.get(seat);
    if (known) return known;
    const made = new Mailbox();
    if (this.#abort.signal.aborted) made.fail(this.#abort.signal.reason as Error);
    this.#mailboxes.set(seat, made);
    return made;
  }

  /** Settles with the work; or, a moment after an abort, without it. */
  #orAborted(work: Promise<void>): Promise<void> {
    const { signal } = this.#abort;
    return new Promise((resolve, reject) => {
      const late = () => setTimeout(() => reject(signal.reason), ABORT_GRACE_MS).unref();
      if (signal.aborted) late();
      else signal.addEventListener('abort', late, { once: true });
      work.then(resolve, reject);
    });
  }

  /** Nothing that a probe opened outlives it. */
  #end(error: ErrorJson | null): void {
    this.abort(error ? NetprobeError.from(error) : new NetprobeError('NETPROBE_ABORTED', 'the cell has ended'));
    this.#serving.close();
    this.#thread.datagrams()?.dismiss(this.id);
    for (const socket of this.#udp) closeDatagrams(socket);
    for (const socket of this.#sockets) {
      socket.on('error', () => undefined);
      // After a completed cell, what the peer is still owed (a last answer) goes out; then the socket is closed.
      if (error) socket.destroy();
      else {
        socket.destroySoon();
        setTimeout(() => socket.destroy(), LINGER_MS).unref();
      }
    }
  }
}

function closeDatagrams(socket: dgram.Socket): void {
  try {
    socket.close();
  } catch {
    // The probe has closed it.
  }
}

/** Its bytes are counted at the socket below. */
function isTls(socket: net.Socket): boolean {
  return 'encrypted' in socket;
}
