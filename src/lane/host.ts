import type net from 'node:net';
import type { Assignment } from '../contract/assignment.ts';
import { type ErrorJson, NetprobeError } from '../contract/error.ts';
import type { Json } from '../contract/json.ts';
import type { CloseStatus, JournalRecord, RecordKey } from '../contract/records.ts';
import { ChunkReader } from './chunk.ts';
import { HostLoad, type Watched } from './host-load.ts';
import type { FromLane, PeerAccess, StrangerRules, ToLane } from './messages.ts';

/** The host's end of a lane: a worker thread or a child process. */
export interface HostPort {
  post(message: ToLane, socket?: net.Socket): void;
  listen(on: (message: FromLane) => void): void;
  /** Called once when the thread or process is gone, whatever the reason. */
  onExit(on: (reason: string) => void): void;
  stop(): Promise<void>;
}

export interface ActivityEvents {
  /** A promise, when it takes time to pass rows on: the lane waits with more. */
  record(record: JournalRecord): void | Promise<void>;
  tell(seat: number, message: Json): void;
  serving?(): void;
  /** It is set up, and begins once `start` is called for it. Without this, it begins at once. */
  ready?(): void;
}

/** An activity as its host sees it. */
export interface HostedActivity {
  hear(seat: number, message: Json): void;
  hush(seat: number): void;
  take(socket: net.Socket, as: 'stream' | 'http', stream: number, head: Buffer): void;
  abort(error: NetprobeError): void;
  /** Rows measured so far. */
  rows(): number;
  done: Promise<{ status: CloseStatus; error: ErrorJson | null }>;
}

interface Hosted {
  events: ActivityEvents;
  key: RecordKey;
  tables: Map<string, { key: RecordKey; reader: ChunkReader }>;
  rows: number;
  load: Watched;
  finish(status: CloseStatus, error: ErrorJson | null): void;
}

/** How often finished rows are taken out of shared memory, and of how many activities at a time: the others have their turn next. */
const DRAIN_MS = 200;
const DRAINED_AT_ONCE = 32;

/** Begins activities on a lane and receives what they write. */
export class LaneHost {
  readonly #port: HostPort;
  readonly #hosted = new Map<string, Hosted>();
  readonly #listening = new Map<string, (port: number, error: ErrorJson | null) => void>();
  #turn = this.#hosted.values();
  readonly #drainer: NodeJS.Timeout;
  readonly #load = new HostLoad();
  #gone: string | undefined;

  constructor(port: HostPort) {
    this.#port = port;
    port.listen((message) => this.#onMessage(message));
    port.onExit((reason) => this.#onExit(reason));
    this.#drainer = setInterval(() => {
      for (const hosted of this.#turns()) drain(hosted);
    }, DRAIN_MS).unref();
  }

  get gone(): boolean {
    return this.#gone !== undefined;
  }

  get busy(): number {
    return this.#hosted.size;
  }

  /** Has the lane take datagrams at this port (0: any), and gives its number. Rejects with NETPROBE_LISTEN when it cannot have it. */
  listen(host: string, port: number, strangers: StrangerRules | null): Promise<number> {
    return new Promise((resolve, reject) => {
      const id = `udp ${host} ${port}`;
      this.#listening.set(id, (found, error) => (error === null ? resolve(found) : reject(NetprobeError.from(error))));
      if (this.#gone === undefined) this.#port.post({ do: 'listen', id, host, port, strangers });
      else this.#heard(id, 0, died(this.#gone));
    });
  }

  /** `sessionKey`: of an agent's session. */
  begin(
    id: string,
    assignment: Assignment,
    peers: PeerAccess[],
    events: ActivityEvents,
    sessionKey?: Uint8Array,
  ): HostedActivity {
    const { cell, attempt, part, seat, shard } = assignment;
    const key = { cell, attempt, part, seat, shard: shard.index };
    let finish: Hosted['finish'] = () => undefined;
    const done = new Promise<{ status: CloseStatus; error: ErrorJson | null }>((resolve) => {
      finish = (status, error) => resolve({ status, error });
    });
    const hosted: Hosted = { events, key, tables: new Map(), rows: 0, load: this.#load.begin(), finish };
    this.#hosted.set(id, hosted);
    const proof = sessionKey === undefined ? {} : { key: Buffer.from(sessionKey).toString('hex') };
    if (this.#gone === undefined) this.#port.post({ do: 'begin', id, assignment, peers, ...proof });
    else this.#bury(id, hosted);
    return {
      hear: (from, message) => this.#port.post({ do: 'hear', id, seat: from, message }),
      hush: (from) => this.#port.post({ do: 'hush', id, seat: from }),
      take: (socket, as, stream, head) =>
        this.#port.post({ do: 'take', id, as, stream, head: head.toString('base64') }, socket),
      abort: (error) => this.#port.post({ do: 'abort', id, error: error.toJSON() }),
      rows: () => hosted.rows,
      done,
    };
  }

  /** Has activities that are ready begin at the same time. */
  start(ids: string[]): void {
    if (this.#gone === undefined) this.#port.post({ do: 'start', ids });
  }

  /** Ends the lane and every activity on it. */
  async stop(): Promise<void> {
    clearInterval(this.#drainer);
    await this.#port.stop();
  }

  /** The activities whose rows are taken now. */
  *#turns(): Generator<Hosted> {
    for (let left = Math.min(DRAINED_AT_ONCE, this.#hosted.size); left > 0; left -= 1) {
      let next = this.#turn.next();
      if (next.done) {
        this.#turn = this.#hosted.values();
        next = this.#turn.next();
      }
      if (!next.done) yield next.value;
    }
  }

  #heard(id: string, port: number, error: ErrorJson | null): void {
    this.#listening.get(id)?.(port, error);
    this.#listening.delete(id);
  }

  #onMessage(message: FromLane): void {
    if (message.is === 'listening') {
      this.#heard(message.id, message.port, message.error);
      return;
    }
    const hosted = this.#hosted.get(message.id);
    if (hosted === undefined) return;
    switch (message.is) {
      case 'serving':
        hosted.events.serving?.();
        break;
      case 'ready':
        if (hosted.events.ready) hosted.events.ready();
        else this.start([message.id]);
        break;
      case 'record':
        if (message.record.is === 'close') {
          drain(hosted);
          void hosted.events.record({
            ...hosted.key,
            is: 'fact',
            at: message.record.at,
            name: 'host_load',
            value: hosted.load.end(),
          });
        }
        if (message.record.is === 'rows') hosted.rows += message.record.rows.length;
        this.#passOn(message.id, hosted, message.record);
        break;
      case 'chunk': {
        const known = hosted.tables.get(message.table);
        const table = known ?? { key: message.key, reader: new ChunkReader(message.columns) };
        table.reader.add(message.memory);
        hosted.tables.set(message.table, table);
        break;
      }
      case 'tell':
        hosted.events.tell(message.seat, message.message);
        break;
      case 'closed':
        this.#hosted.delete(message.id);
        hosted.finish(message.status, message.error);
        break;
    }
  }

  #passOn(id: string, { events }: Hosted, record: JournalRecord): void {
    const passed = events.record(record);
    if (record.is !== 'rows') return;
    void Promise.resolve(passed).then(() => {
      if (this.#gone === undefined) this.#port.post({ do: 'taken', id });
    });
  }

  #onExit(reason: string): void {
    this.#gone = reason;
    clearInterval(this.#drainer);
    for (const [id, hosted] of this.#hosted) this.#bury(id, hosted);
    for (const id of [...this.#listening.keys()]) this.#heard(id, 0, died(reason));
  }

  /** Closes an activity whose lane died: what it had measured is kept. */
  #bury(id: string, hosted: Hosted): void {
    this.#hosted.delete(id);
    drain(hosted);
    hosted.load.end();
    hosted.finish(hosted.rows > 0 ? 'partial' : 'failed', died(this.#gone ?? 'it is gone'));
  }
}

function died(reason: string): ErrorJson {
  return new NetprobeError('NETPROBE_LANE_DIED', `a measuring process ended early: ${reason}`).toJSON();
}

function drain(hosted: Hosted): void {
  for (const [table, { key, reader }] of hosted.tables) {
    const from = reader.total;
    const rows = reader.take();
    hosted.rows += rows.length;
    if (rows.length > 0) void hosted.events.record({ ...key, is: 'rows', table, from, rows });
  }
}
