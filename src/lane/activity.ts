import type net from 'node:net';
import { type MonotonicClock, startClock } from '../clock/monotonic.ts';
import type { Assignment } from '../contract/assignment.ts';
import { type ErrorJson, NetprobeError } from '../contract/error.ts';
import type { ProbeIo } from '../contract/io.ts';
import type { AnyKind } from '../contract/kind.ts';
import { failureFrom } from '../contract/outcome.ts';
import type { CloseStatus, Tables } from '../contract/records.ts';
import { TCP_INFO_TABLE } from '../contract/tcp-info.ts';
import { activityIo, type LaneThread } from './activity-io.ts';
import type { Mailbox } from './mailbox.ts';
import { Mailboxes } from './mailboxes.ts';
import type { LanePort, ToLane } from './messages.ts';
import { Peers } from './peers.ts';
import { playRole } from './play-role.ts';
import { Recorder } from './recorder.ts';
import { Serving } from './serving.ts';
import { StartSignal } from './start-signal.ts';
import { TcpWatch } from './tcp-watch.ts';
import { isTls, Traffic } from './traffic.ts';
import type { Vitals } from './vitals.ts';

export type { LaneThread } from './activity-io.ts';

/** How often an activity's traffic is held against its caps. */
const CAPS_CHECK_MS = 100;

/** One assignment being done: gives its probe the io, keeps its caps, and closes all that it opened when it ends. */
export class Activity {
  readonly id: string;
  readonly #assignment: Assignment;
  readonly #kind: AnyKind;
  readonly #port: LanePort;
  readonly #thread: LaneThread;
  readonly #key: Uint8Array | undefined;
  readonly #vitals: Vitals;
  readonly #clock: MonotonicClock;
  readonly #start: StartSignal;
  readonly #abort = new AbortController();
  readonly #traffic = new Traffic();
  readonly #mailboxes = new Mailboxes();
  readonly #peers: Peers;
  readonly #serving: Serving;
  readonly #recorder: Recorder;
  readonly #watch: TcpWatch | undefined;
  #trouble: ErrorJson | null = null;

  /** `key`: of a responder, the key of its session, hex. */
  constructor(
    { id, assignment, peers, key }: Pick<Extract<ToLane, { do: 'begin' }>, 'id' | 'assignment' | 'peers' | 'key'>,
    kind: AnyKind,
    port: LanePort,
    thread: LaneThread,
  ) {
    this.id = id;
    this.#thread = thread;
    this.#vitals = thread.vitals.begin();
    this.#clock = startClock(this.#vitals.zeroUnixNs);
    this.#start = new StartSignal(this.#clock.now);
    this.#key = key === undefined ? undefined : Buffer.from(key, 'hex');
    this.#assignment = assignment;
    this.#kind = kind;
    this.#port = port;
    this.#peers = new Peers(peers);
    this.#serving = new Serving(id, this.#clock.now, thread);
    this.#recorder = new Recorder(id, assignment, kind.tables, port, String(this.#clock.startedUnixNs));
    this.#watch = this.#tcpWatch();
    for (const { seat, host, address, family, dnsNs } of this.#peers.all())
      this.#recorder.fact(0, 'peer', { seat, host, address, family, dns_ns: dnsNs });
  }

  /** Does the assignment, and settles when its last record is out. */
  async run(): Promise<void> {
    const caps = setInterval(() => this.#checkCaps(), CAPS_CHECK_MS).unref();
    let status: CloseStatus = 'completed';
    let error: ErrorJson | null = null;
    try {
      await playRole(this.#kind, this.#assignment, this.#io(), this.#abort.signal);
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
    for (const [name, value] of Object.entries(this.#vitals.end())) this.#recorder.fact(this.#clock.now(), name, value);
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
    if (this.#assignment.seats[seat] !== undefined) this.#mailboxes.of(seat).put(message);
  }

  hush(seat: number): void {
    if (this.#assignment.seats[seat] !== undefined) this.#mailboxes.of(seat).end();
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
    this.#mailboxes.fail(error);
  }

  #io(): ProbeIo<Tables> {
    return activityIo({
      id: this.id,
      assignment: this.#assignment,
      thread: this.#thread,
      port: this.#port,
      clock: this.#clock,
      start: this.#start,
      peers: this.#peers,
      serving: this.#serving,
      recorder: this.#recorder,
      mailboxes: this.#mailboxes,
      traffic: this.#traffic,
      key: this.#key,
      signal: this.#abort.signal,
      own: (socket) => this.#own(socket),
      trouble: (error) => {
        this.#trouble ??= failureFrom(error, this.#assignment.kind).toJSON();
      },
    });
  }

  #own(socket: net.Socket): void {
    if (!isTls(socket)) this.#watch?.add(socket);
    this.#traffic.own(socket);
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

  /** A peer that uses more than was agreed is cut off. */
  #checkCaps(): void {
    const beyond = this.#traffic.beyond(this.#assignment.caps, this.#assignment.kind);
    if (beyond) this.abort(beyond);
  }

  /** Nothing that a probe opened outlives it. */
  #end(error: ErrorJson | null): void {
    this.abort(error ? NetprobeError.from(error) : new NetprobeError('NETPROBE_ABORTED', 'the cell has ended'));
    this.#serving.close();
    this.#thread.datagrams()?.dismiss(this.id);
    this.#traffic.end(error === null);
  }
}
