import type { ErrorJson } from '../contract/error.ts';
import type { AgentHello } from '../contract/hello.ts';
import type { Json } from '../contract/json.ts';
import type { AnyKind } from '../contract/kind.ts';
import type { PlanCell } from '../contract/plan.ts';
import type { CloseStatus, JournalRecord, Ns } from '../contract/records.ts';
import type { LaneHost } from '../lane/host.ts';
import type { Place } from './together.ts';

/** Where a cell's far seat is, once embedded agents have their ports. */
export interface Whereabouts {
  host: string;
  port: number;
  family: 4 | 6 | null;
  /** Of an agent: its secret ('' when it has none). Absent for targets. */
  secret?: string;
  /** Of a target: the URL in full. */
  url?: string;
}

export interface CellDeps {
  kind: AnyKind;
  lane: LaneHost;
  whereabouts: Whereabouts;
  /** Options with their secrets, for the initiator on this machine. */
  revealed: Json;
  /** Options without any, for the agent. */
  concealed: Json;
  /** What its agent granted while the plan was made; null: it was not asked, or did not answer. */
  granted: AgentHello | null;
  /** Among the cells that are measured at the same time. */
  place: Place;
  append(record: JournalRecord): void;
  /** How many rows have been measured so far, now and then. */
  progress(rows: number): void;
  patience?: Partial<AgentPatience>;
}

/** How long a cell waits for an agent. */
export interface AgentPatience {
  handshakeMs: number;
  /** To be ready for a session; and, after the initiator is done, to send the rest of its records. */
  recordsMs: number;
}

export interface CellOutcome {
  status: CloseStatus;
  error: ErrorJson | null;
  address: string | null;
  dnsNs: Ns | null;
}

/** How a seat, or the cell, ended. */
export type End = Pick<CellOutcome, 'status' | 'error'>;

/** A cell being measured. */
export interface CellTask {
  cell: PlanCell;
  attempt: number;
  deps: CellDeps;
  signal: AbortSignal;
}
