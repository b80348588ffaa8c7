import type { Assignment } from './assignment.ts';
import type { Estimate, Reduced } from './estimate.ts';
import type { ProbeIo } from './io.ts';
import type { Json } from './json.ts';
import type { OptionsSpec } from './options.ts';
import type { Ns, SeatRecords, Tables } from './records.ts';

export type TargetScheme = 'tcp' | 'http' | 'https' | 'ws' | 'wss' | 'stamp';

export type MetricUnit = 'ms' | 'bit/s' | 'ratio' | 'B' | '1';

/** What a metric means, for reports, tables and `netprobe probes`. */
export interface Metric {
  unit: MetricUnit;
  better: 'lower' | 'higher' | 'neither';
  /** The form of its estimate, and so of its figure. */
  form: 'sample' | 'ratio' | 'scalar';
  doc: string;
  /** The RFC or paper that defines it. */
  ref?: string;
  /** Report the values over time as well. */
  series?: boolean;
  /** Its figures rest on the measured side's own word: records, counts or stamps that this end cannot check. */
  statedBy?: 'agent';
}

/** The worst case of one seat: the one source of caps, deadlines, exclusivity and what `plan` prints. */
export interface Cost {
  durationNs: Ns;
  /** Null: as many as the path lets through in that time. */
  bytesOut: number | null;
  bytesIn: number | null;
  connections: number;
  /** Largest single message in bytes. */
  payloadBytes: number;
  /** 'saturating': it takes all that the path gives, so nothing else may run beside it. */
  bps: number | 'saturating';
  /** Messages that this seat sends a second, in the mean; null: what saturates a path counts bytes. */
  packetsPerSecond: number | null;
  /** Rows per table. */
  rows: Record<string, number>;
}

/** A composite's part: another kind by name, started `startNs` into the cell. */
export interface Part {
  name: string;
  kind: string;
  options: Json;
  startNs: Ns;
  seats?: number[];
}

export type Run<O, T extends Tables> = (
  assignment: Assignment<O>,
  io: ProbeIo<T>,
  signal: AbortSignal,
) => Promise<void>;

/** A composite also gets its parts' estimates, by part and metric. Pure: the same records give the same bytes. */
export type Reduce<O, T extends Tables, M extends string> = (
  options: O,
  seats: SeatRecords<T>[],
  parts: Record<string, Record<string, Estimate>>,
) => Reduced<M>;

/**
 * One thing that can be measured: data and pure functions with lazy imports, so that listing, planning and judging load
 * no measuring code, and measuring can happen in a worker thread, a child process or on another agent.
 */
export interface ProbeKind<O, T extends Tables, M extends string> {
  name: string;
  doc: string;
  /** target: no agent needed; pair: an initiator and an agent's responder; group: every seat plays `rank`. */
  sites: 'target' | 'pair' | 'group';
  /** URL schemes of servers that it can measure without an agent. */
  targets: readonly TargetScheme[];
  options: OptionsSpec<O>;
  /** Paths of options that may be secrets, `*` for any key: 'headers.*'. They are revealed to the initiator only. */
  secrets?: readonly string[];
  tables: T;
  metrics: Record<M, Metric>;
  /** The metrics that a one-line summary shows, most telling first. */
  headline: readonly M[];
  /** Worst case per seat, in seat order; `path` refines it when something is known of it. Of a group: its seats. */
  cost(options: O, path: { rttMs?: number; bps?: number; seats?: number }): Cost[];
  /** How many samples a cell takes, and how far apart they are in the mean: what a plan says a requirement can rest on. */
  samples?(options: O): { count: number; spacingNs: Ns };
  /** Why these options cannot be measured against a target of this scheme; undefined when they can. */
  refuses?(options: O, scheme: TargetScheme): string | undefined;
  parts?(options: O): Part[];
  /** How many workers share a seat. */
  shards?(options: O, cores: number): number;
  roles: Record<string, () => Promise<{ run: Run<O, T> }>>;
  reduce(): Promise<{ reduce: Reduce<O, T, M> }>;
}

/** A kind whose types are not known where it is used: what the registry holds. */
// biome-ignore lint/suspicious/noExplicitAny: the registry erases types that only the kind itself knows.
export type AnyKind = ProbeKind<any, any, any>;

/** All kinds by name. */
export type Registry = ReadonlyMap<string, AnyKind>;
