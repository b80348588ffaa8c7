import type { PathRecord } from '../../test/path/log.ts';
import type { EmulatedPath } from '../../test/path/path.ts';
import type { PathSite } from '../../test/path/running.ts';
import type { Scenario } from './scenarios.ts';

/**
 * What is counted, by the names that the table shows; fwd is from the measuring site to the far one. `duplicates`: requests
 * answered more than once; `copies`: replies beyond the first to a request.
 */
export const COUNTS = [
  'sent',
  'lost',
  'lost_fwd',
  'lost_rev',
  'duplicates',
  'duplicates_fwd',
  'duplicates_rev',
  'copies',
  'reordered',
  'reordered_fwd',
  'reordered_rev',
] as const;
export type CountName = (typeof COUNTS)[number];

/** Absent: the tool does not tell. */
export type Counts = { readonly [name in CountName]?: number | undefined };

/**
 * Round trips in ms by the key of their packets, as one of a tool's definitions has them. `path`: what the responder
 * held a packet for is not in it. `span`: it is.
 */
export interface Series {
  name: string;
  truth: 'path' | 'span';
  rttMs: ReadonlyMap<string, number>;
  /** What the tool itself prints, in ms, where it does. */
  printed?: { readonly [quantile: string]: number | null };
}

/** What the emulator's log has to be searched for. */
export interface Traffic {
  /** The packets of the tool's flow. */
  isRequest(record: PathRecord): boolean;
  isReply(record: PathRecord): boolean;
  /** undefined: no packet of the measurement, but of what leads up to it. */
  keyOf(payload: Uint8Array): string | undefined;
}

export interface Measured {
  series: Series[];
  counts: Counts;
  traffic: Traffic;
  /** Only these requests are in the tool's figures, by when it sent them; null: all. */
  sentAtNs: readonly number[] | null;
  instrument: { state: string; reasons: string[]; latenessP99Ms: number | null; clock: string } | null;
  /** Where a tool gives figures for each of its flows: their keys begin with the flow and a colon. */
  flows: { flow: number; p50Ms: number | null }[] | null;
}

export type Path = EmulatedPath<'a' | 'b'>;

interface Job {
  path: Path;
  scenario: Scenario;
  seconds: number;
  /** The far site. */
  far: PathSite;
  folder: string;
}

export interface Tool {
  name: string;
  /** The program it needs besides Node, and the Debian package that has it. */
  needs: { program: string; apt: string } | null;
  /** Which packets the log keeps. */
  logOnly: string;
  /** From its start to its first packet, about. */
  leadS: number;
  /** Why it cannot measure this scenario; null: it can. */
  unfit(scenario: Scenario): string | null;
  measure(job: Job): Promise<Measured>;
}
