import type { Json } from './json.ts';
import type { Cost } from './kind.ts';

/** Who takes part in a cell. A site without an agent is named by its target URL. */
export interface Seat {
  site: string;
  /** host:port of the agent that plays this seat; absent for the controller itself and for targets. */
  agent?: string;
  /** URL of a server that already runs there (tcp:, http:, https:, ws:, wss:). */
  target?: string;
}

/** One seat's share of one cell: plain data, so that it can be done in a worker, a child process or on an agent. */
export interface Assignment<O = Json> {
  /** Deterministic: link, probe and round. */
  cell: string;
  attempt: number;
  /** A composite's part; '' for the cell itself. */
  part: string;
  kind: string;
  role: string;
  seat: number;
  shard: { index: number; of: number };
  options: O;
  /** Seed of everything random that is recorded (schedules). Request nonces never come from it. */
  seed: number;
  /** The most that this seat may use; enforced by whoever is asked to play it. */
  caps: Cost;
  seats: Seat[];
}
