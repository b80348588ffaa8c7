import type { Seat } from './assignment.ts';
import type { ErrorJson } from './error.ts';
import type { AgentHello } from './hello.ts';
import type { Json } from './json.ts';
import type { Cost } from './kind.ts';
import type { Ns } from './records.ts';

export const PLAN_FORMAT = 'netprobe-plan/1';

export type SiteRole = 'candidate' | 'edge' | 'control' | 'own';

/** A place as declared, not measured. */
export interface Location {
  country?: string;
  city?: string;
  lat?: number;
  lon?: number;
  accuracy_km?: number;
}

/** A site as the plan freezes it. No secret is in it: URLs are without user info and query values. */
export interface PlanSite {
  name: string;
  role: SiteRole | null;
  provider: string | null;
  location: Location | null;
  /** Declared capacity, bit/s. */
  capacity_bps: number | null;
  /** 'embedded': an agent process of this run's own on loopback; otherwise host:port. Null: no agent. */
  agent: string | null;
  /** The agent's introduction when the plan was made; null when there is no agent or it did not answer. */
  hello: AgentHello | null;
  helloError: ErrorJson | null;
  /** By scheme: tcp, http (or https), ws (or wss), stamp. */
  targets: { tcp?: string; http?: string; ws?: string; stamp?: string };
  /** IP family to use; null: what the resolver says first. */
  family: 4 | 6 | null;
}

/** One measurement: a probe on a link in a round. */
export interface PlanCell {
  /** from.to.probe.rN: the same for the same suite. */
  id: string;
  from: string;
  to: string;
  /** The suite entry: the kind's name, or with -2, -3 … when the suite has several of it. */
  probe: string;
  kind: string;
  round: number;
  /** Cells of one slot are measured at the same time; slots follow one another from 0 on. */
  slot: number;
  seats: Seat[];
  /** Effective options, as written in sites.yaml; secrets are references. */
  options: { [key: string]: Json };
  seed: number;
  costs: Cost[];
  /** Where it runs: quiet (latency) or load (throughput). */
  lane: 'quiet' | 'load';
  /** The cell is cut off after this long, whatever happens. */
  deadlineNs: Ns;
}

export type Comparison = '<=' | '<' | '>=' | '>';

/** What a requirement is about: a quantile of a sample metric (p as a fraction), or a ratio itself. */
export type Statistic = { is: 'quantile'; p: number; name: string } | { is: 'ratio' };

/** A `require` line, parsed and resolved to the cells that it judges. */
export interface PlanRequirement {
  id: string;
  clause: string | null;
  level: 'must' | 'should' | 'may';
  probe: string;
  metric: string;
  statistic: Statistic;
  comparison: Comparison;
  /** In the metric's own unit. */
  threshold: number;
  /** As written. */
  text: string;
  onUnreachable: 'fail' | 'inconclusive';
  /** Above this share of cells that the site's own side refused, the requirement fails. */
  maxWithheld: number;
  cells: string[];
}

/** What will be measured: a pure function of sites.yaml and the agents' hellos. */
export interface Plan {
  format: typeof PLAN_FORMAT;
  tool: { name: string; version: string };
  title: string | null;
  /** SHA-256 of sites.yaml as written to the run folder (secrets masked). */
  suiteSha256: string;
  seed: number;
  sites: PlanSite[];
  cells: PlanCell[];
  /** Probe and link pairs of the suite that cannot be measured, and why: not failures. */
  notApplicable: { from: string; to: string; probe: string; why: string }[];
  requirements: PlanRequirement[];
}
