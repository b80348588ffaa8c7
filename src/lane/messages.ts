import type { Assignment } from '../contract/assignment.ts';
import type { ErrorJson } from '../contract/error.ts';
import type { Json } from '../contract/json.ts';
import type { CloseStatus, JournalRecord, Ns, RecordKey } from '../contract/records.ts';

/** How a lane reaches a seat. Its name was resolved before; the key proves an agent's session. */
export interface PeerAccess {
  seat: number;
  host: string;
  port: number;
  address: string;
  family: 4 | 6;
  /** How long the look-up took; null when an address was given. */
  dnsNs: Ns | null;
  /** Of targets: what to ask for, in full. */
  url?: string;
  /** Of agents, in hex. */
  session?: { id: string; key: string };
}

/** What a lane is told. Sockets travel beside `take` messages (child processes only). */
export type ToLane =
  /** `key`: of an agent's session, in hex: what its datagrams prove themselves with. */
  | { do: 'begin'; id: string; assignment: Assignment; peers: PeerAccess[]; key?: string }
  /** Take datagrams at this port, besides; answered by `listening` with the same id. */
  | { do: 'listen'; id: string; host: string; port: number; strangers: StrangerRules | null }
  /** Those that are ready begin their schedules, at the same time. */
  | { do: 'start'; ids: string[] }
  | { do: 'take'; id: string; as: 'stream' | 'http'; stream: number; head: string }
  | { do: 'hear'; id: string; seat: number; message: Json }
  | { do: 'hush'; id: string; seat: number }
  /** Rows that came as a message have been passed on: there is room for more. */
  | { do: 'taken'; id: string }
  | { do: 'abort'; id: string; error: ErrorJson };

/** Who may use an agent's STAMP reflector without a session, and how much. */
export interface StrangerRules {
  /** Networks, such as 192.0.2.0/24. */
  allow: string[];
  /** Packets a second, of all together. */
  perSecond: number;
  /** Bytes answered in any 24 hours. */
  bytesPerDay: number;
}

/** What a lane says. */
export type FromLane =
  | { is: 'listening'; id: string; port: number; error: ErrorJson | null }
  | { is: 'serving'; id: string }
  /** All is set up: its schedule begins when it is told to. */
  | { is: 'ready'; id: string }
  | { is: 'record'; id: string; record: JournalRecord }
  /** Rows appear in this shared memory from now on (worker threads only). */
  | { is: 'chunk'; id: string; key: RecordKey; table: string; columns: number; memory: SharedArrayBuffer }
  | { is: 'tell'; id: string; seat: number; message: Json }
  | { is: 'closed'; id: string; status: CloseStatus; error: ErrorJson | null };

/** One end of the channel between a lane and whoever hosts it. */
export interface LanePort {
  post(message: FromLane): void;
  /** `socket` comes with `take`. */
  listen(on: (message: ToLane, socket?: import('node:net').Socket) => void): void;
  /** Whether shared memory can be handed over: worker threads yes, child processes no. */
  sharesMemory: boolean;
}
