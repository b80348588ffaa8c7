import type net from 'node:net';
import { startClock } from '../clock/monotonic.ts';
import { pace } from '../clock/pace.ts';
import type { Assignment } from '../contract/assignment.ts';
import { type ErrorJson, NetprobeError } from '../contract/error.ts';
import type { Link, ProbeIo } from '../contract/io.ts';
import type { AnyKind } from '../contract/kind.ts';
import { failureFrom } from '../contract/outcome.ts';
import type { CloseStatus, Tables } from '../contract/records.ts';
import { dial } from './dial.ts';
import { Mailbox } from './mailbox.ts';
import type { LanePort, PeerAccess } from './messages.ts';
import { Peers } from './peers.ts';
import { Recorder } from './recorder.ts';
import { Serving } from './serving.ts';

/** How often an activity's traffic is held against its caps. */
const CAPS_CHECK_MS = 100;
/** After a completed cell, what a peer is still owed must be taken within this time. */
const LINGER_MS = 2000;
/** A probe that has not settled so long after an abort is closed over its head. */
const ABORT_GRACE_MS = 1000;

/** One assignment being done: gives its probe the io, keeps its caps, and closes all that it opened when it ends. */
export class Activity {
  readonly id: string;
  readonly #assignment: Assignment;
  readonly #kind: AnyKind;
  readonly #port: LanePort;
  readonly #clock = startClock();
  readonly #abort = new AbortController();
  readonly #sockets = new Set<net.Socket>();
  readonly #mailboxes = new Map<number, Mailbox>();
  readonly #peers: Peers;
  readonly #serving: Serving;
  readonly #recorder: Recorder;
  #trouble: ErrorJson | null = null;
  #bytesIn = 0;
  #bytesOut = 0;

  constructor(id: string, assignment: Assignment, kind: AnyKind, peers: PeerAccess[], port: LanePort) {
    this.id = id;
    this.#assignment = assignment;
    this.#kind = kind;
    this.#port = port;
    this.#peers = new Peers(peers);
    this.#serving = new Serving(id, this.#clock.now);
    this.#recorder = new Recorder(id, assignment, kind.tables, port, this.#clock.startedUnixNs);
    for (const { seat, host, address, family, dnsNs } of this.#peers.all())
      this.#recorder.fact(0, 'peer', { seat, host, address, family, dns_ns: dnsNs });
  }

  /** Does the assignment, and settles when its last record is out. */
  async run(): Promise<void> {
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
    this.#end(error);
    this.#recorder.close(this.#clock.now(), status, error);
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
        pace: (at, send) => pace(this.#clock.now, at, send, this.#abort.signal),
      },
      endpoint: (seat, scheme) => this.#peers.endpoint(seat, scheme),
      connect: (seat, how) => this.#connect(seat, how),
      serve: (handlers) => {
        this.#serving.use(handlers);
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
      preface: how.stream === undefined ? undefined : this.#peers.preface(seat, how.stream),
      opened: (socket) => this.#own(socket),
    });
  }

  #own(socket: net.Socket): void {
    this.#sockets.add(socket);
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

/** Its bytes are counted at the socket below. */
function isTls(socket: net.Socket): boolean {
  return 'encrypted' in socket;
}
