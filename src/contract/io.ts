import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Json } from './json.ts';
import type { Columns, Ns, Tables } from './records.ts';

/** The cell's monotonic clock. Wall time is not to be had here. */
export interface CellClock {
  now(): Ns;
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
  /**
   * Starts reading: `on` is called first thing in the receive callback, with the time read before anything else.
   * `chunk` is only valid during the call. Instead of, not beside, reading the stream.
   */
  read(on: (chunk: Uint8Array, at: Ns) => void): void;
}

/** What a responder does with its session's connections. All of them have proved that they belong to the session. */
export interface Handlers {
  link?(link: Link, stream: number): void;
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
  endpoint(seat: number, scheme: 'tcp' | 'http' | 'ws'): Endpoint;
  /** The only way out. Rejects with a NetprobeError that tells refused, timed out, unreachable, reset and TLS apart. */
  connect(seat: number, how: ConnectHow): Promise<Link>;
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
