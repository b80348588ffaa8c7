import type { PlanCell } from '../contract/plan.ts';
import { DEFAULT_PORT, parseAddress } from '../suite/address.ts';
import type { Suite, SuiteSite } from '../suite/suite.ts';
import type { Whereabouts } from './cell-task.ts';
import type { EmbeddedAgent } from './embedded.ts';

/** The embedded agents of a run, by site. */
export type Embedded = ReadonlyMap<string, EmbeddedAgent>;

const DEFAULT_PORTS: Record<string, number> = { 'http:': 80, 'https:': 443, 'ws:': 80, 'wss:': 443 };

/** Where a cell's far seat is reached: the real address and secret, which the plan does not hold. */
export function whereaboutsOf(cell: PlanCell, suite: Suite, embedded: Embedded): Whereabouts {
  const site = siteOf(suite, cell.to);
  const seat = cell.seats[1];
  if (seat?.target === undefined) return agentWhereabouts(site, suite, embedded);
  if (seat.target === 'embedded') return tcpTarget(site, agentWhereabouts(site, suite, embedded));
  const url = realTarget(site, seat.target);
  if (url === undefined) return tcpTarget(site, agentWhereabouts(site, suite, embedded));
  return targetWhereabouts(site, url);
}

/** Where a target URL leads. */
export function targetWhereabouts(site: SuiteSite, url: string): Whereabouts {
  const parsed = new URL(url);
  const port = Number(parsed.port) || DEFAULT_PORTS[parsed.protocol] || 0;
  return { host: withoutBrackets(parsed.hostname), port, family: site.family, url };
}

/** Where a site's agent is, and its secret. */
export function agentWhereabouts(site: SuiteSite, suite: Suite, embedded: Embedded): Whereabouts & { secret: string } {
  const own = embedded.get(site.name);
  if (own) return { host: own.host, port: own.port, family: null, secret: own.secret };
  const address = parseAddress(site.agent ?? '', DEFAULT_PORT);
  if (!address.ok) throw new RangeError(`${site.name} has no agent`);
  const secret = site.token === null ? '' : suite.vault.open(site.token).trim();
  return { host: withoutBrackets(address.host), port: address.port, family: site.family, secret };
}

function siteOf(suite: Suite, name: string): SuiteSite {
  const site = suite.sites.find((candidate) => candidate.name === name);
  if (site === undefined) throw new RangeError(`unknown site ${name}`);
  return site;
}

/** The declared target with the scheme of what the plan shows; undefined when that is the agent's own port. */
function realTarget(site: SuiteSite, shown: string): string | undefined {
  const scheme = new URL(shown).protocol;
  return Object.values(site.targets).find((url) => url !== undefined && new URL(url).protocol === scheme);
}

/** An agent's port as any TCP server: nothing is proved to it. */
function tcpTarget(site: SuiteSite, { host, port }: Whereabouts): Whereabouts {
  const authority = host.includes(':') ? `[${host}]` : host;
  return { host, port, family: site.family, url: `tcp://${authority}:${port}` };
}

function withoutBrackets(host: string): string {
  return host.startsWith('[') ? host.slice(1, -1) : host;
}
