import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { NetprobeError } from './error.ts';
import type { Json } from './json.ts';
import type { Columns, Ns, Tables } from './records.ts';

/** The cell's monotonic clock. */
export interface CellClock {
  now(): Ns;
  /** The wall clock's time at the cell's start, unix ns: only for stamps that peers read, never for a duration. */
  startedUnixNs: bigint;
  /**
   * Says that all is set up, and gives the time at which the schedule begins: soon after all that are measured at the same
   * time are ready. Rejects with the abort's reason. To be called once.
   */
  start(): Promise<Ns>;
  /**
   * Open-loop pacing: calls `send` once for each intended time, never before it, whether or not earlier sends were
   * answered. Resolves after the last send; rejects with the abort's reason. `at` must not decrease.
   */
  pace(at: Iterable<Ns>, send: (intended: Ns, index: number) => void): Promise<void>;
}

/** Where a seat is reached: its name was resolved once, before the cell began. */
export interface Endpoint {
  /** For HTTP and WebSocket: the URL to ask for (with an agent's session path); for TCP `tcp://host:port`. */
  url: URL;
  /** Headers that prove the session to an agent, different for each connection; empty for targets. */
  proof(): Record<string, string>;
  /** The IP address that connections go to. */
  address: string;
  /** Whether an agent plays this seat. */
  agent: boolean;
}

export interface ConnectHow {
  /** A raw connection to the agent's responder as this stream of the session. Absent: a bare connection. */
  stream?: number;
  /** TLS to a target: name to verify, and protocols offered. */
  tls?: { servername: string; alpn?: string[]; rejectUnauthorized?: boolean };
  /** Receive into this buffer, reused for each read, instead of fresh ones. */
  buffer?: Uint8Array;
  /** Gives up after this long. */
  timeoutNs: Ns;
}

/** How long each phase took; null where there was none. */
export interface Phases {
  connect: Ns | null;
  tls: Ns | null;
}

/** One connection. Its stream suits undici's `connect` and ws's `createConnection`. */
export interface Link {
  stream: Duplex;
  /** The peer's IP address and port, as connected. */
  address: string;
  port: number;
  /** Whether this side dialled. */
  dialled: boolean;
  phases: Phases;
  /** Marks what this side sends from now on with a DSCP, 0 to 63. Throws where that cannot be done: never silently. */
  mark(dscp: number): void;
  /**
   * Starts reading: `on` is called first thing in the receive callback, with the time read before anything else.
   * `chunk` is only valid during the call. Instead of, not beside, reading the stream.
   */
  read(on: (chunk: Uint8Array, at: Ns) => void): void;
}

export interface DatagramsHow {
  /** Which of the cell's flows: each has a source port of its own. */
  flow: number;
  /** An agent must have answered within this time. */
  timeoutNs: Ns;
  /** Marks what is sent, 0 to 63. Without it: the system's default. */
  dscp?: number | undefined;
}

/** A way for datagrams to a seat, from a source port of its own. */
export interface Datagrams {
  localPort: number;
  /** What every packet to an agent must carry, since it proves that the source is where it says: 8 bytes, zeros for targets. */
  token: Uint8Array;
  /** Of an agent's session: the key of its packets' HMACs, 32 bytes. Null for targets. */
  key: Uint8Array | null;
  /**
   * Hands a packet to the kernel at once. `done` is called soon, with what kept it from going out, or nothing. The packet
   * must not be changed until then.
   */
  send(packet: Uint8Array, done: (failure: NetprobeError | undefined) => void): void;
  /**
   * `take` is called first thing in the receive callback; `kernelAt` is when the kernel had the packet, null where it does
   * not tell. `packet` is only valid during the call. It gives whether this was a packet that was waited for: others are
   * dropped, and do not count towards what was agreed. `failed` hears what came back instead (a closed port, no route).
   * To be called once.
   */
  read(
    take: (packet: Uint8Array, at: Ns, kernelAt: Ns | null) => boolean | undefined,
    failed: (failure: NetprobeError) => void,
  ): void;
  close(): void;
}

/** Where a datagram came from: a flow of this session whose source address has been proved. */
export interface DatagramSource {
  flow: number;
  /** The key of the session's HMACs, 32 bytes. */
  key: Uint8Array;
  /** Answers the packet that is being taken: at most once, and with no more bytes than it has. */
  reply(packet: Uint8Array): void;
}

export interface DatagramHandler {
  /** Marks the answers, 0 to 63. Where that cannot be done, there is no session. */
  dscp?: number | undefined;
  /** Where in each packet the source's token stands: a packet without it is not even shown. */
  tokenAt: number;
  take(packet: Uint8Array, source: DatagramSource, at: Ns, kernelAt: Ns | null): void;
}

/** What a responder does with its session's connections. All of them have proved that they belong to the session. */
export interface Handlers {
  link?(link: Link, stream: number): void;
  /** Marks what goes out on those links, 0 to 63. Where that cannot be done, there is no session. */
  dscp?: number | undefined;
  datagrams?: DatagramHandler;
  /** `request.url` is relative to the session. */
  http?(request: IncomingMessage, response: ServerResponse): void;
  upgrade?(request: IncomingMessage, stream: Duplex, head: Buffer): void;
}

/** Appends rows, each final when put. */
export interface Writer<C extends Columns> {
  put(row: Record<keyof C, number | null>): void;
}

/** All that a running probe has: no other way out, no other clock. */
export interface ProbeIo<T extends Tables> {
  clock: CellClock;
  endpoint(seat: number, scheme: 'tcp' | 'udp' | 'http' | 'ws'): Endpoint;
  /** The only way out. Rejects with a NetprobeError that tells refused, timed out, unreachable, reset and TLS apart. */
  connect(seat: number, how: ConnectHow): Promise<Link>;
  /** A way for datagrams. Rejects when an agent does not answer in time, or answers wrongly. */
  datagrams(seat: number, how: DatagramsHow): Promise<Datagrams>;
  /** Takes the session's connections; a responder calls it once, at its start. */
  serve(handlers: Handlers): void;
  table<K extends keyof T>(name: K): Writer<T[K]>;
  /** A decision, a count, the state of something: kept beside the rows. */
  fact(name: string, value: Json): void;
  /** Marks the cell as partial with this reason: what was measured so far still counts. */
  trouble(error: Error): void;
  tell(seat: number, message: Json): void;
  /** What another seat tells this one; ends when that seat has finished. */
  heard(seat: number): AsyncIterable<Json>;
}
