import type { Json } from '../contract/json.ts';
import type { Comparison, Location, SiteRole, Statistic } from '../contract/plan.ts';
import type { SecretRef } from '../contract/secret.ts';
import type { Vault } from './secrets.ts';

/** The name of this process's own machine: it always exists, and in this version every link starts there. */
export const HERE = 'here';

/** A site as sites.yaml declares it. Its target URLs are the real ones: show them only through publicUrl(). */
export interface SuiteSite {
  name: string;
  role: SiteRole | null;
  provider: string | null;
  location: Location | null;
  /** bit/s */
  capacityBps: number | null;
  /** 'embedded' or host:port; always null for `here`, which is only a source. */
  agent: string | null;
  /** What proves to the site's agent that this side may ask. */
  token: SecretRef | null;
  targets: { tcp?: string; http?: string; ws?: string; stamp?: string };
  family: 4 | 6 | null;
}

/** A directed pair of site names. */
export interface SuiteLink {
  from: string;
  to: string;
}

/** One item of `suite`: a probe kind with its options. */
export interface SuiteEntry {
  /** The kind's name, with -2, -3 … when the suite has several of it. */
  probe: string;
  kind: string;
  /** As written, defaults filled in; secrets are references. */
  options: { [key: string]: Json };
  /** The same, parsed by the kind. */
  parsed: unknown;
}

/** One item of `require`, parsed; `links` and `probes` are the pairs it judges where they can be measured. */
export interface SuiteRequirement {
  id: string;
  clause: string | null;
  level: 'must' | 'should' | 'may';
  /** As the plan names it: one entry, or a kind for all of its entries. */
  probe: string;
  /** The entries that it covers. */
  probes: string[];
  links: SuiteLink[];
  metric: string;
  statistic: Statistic;
  comparison: Comparison;
  /** In the metric's own unit. */
  threshold: number;
  text: string;
  onUnreachable: 'fail' | 'inconclusive';
  maxWithheld: number;
}

/** A valid sites.yaml. */
export interface Suite {
  fileName: string;
  title: string | null;
  seed: number;
  rounds: number;
  /** In file order; `here` comes first when the file does not declare it. */
  sites: SuiteSite[];
  links: SuiteLink[];
  entries: SuiteEntry[];
  requirements: SuiteRequirement[];
  /** Holds the file's literal secrets. */
  vault: Vault;
  /** The file as it may be copied into a run folder: secrets masked, comments and layout kept. */
  masked: string;
}
