import type { Seat } from '../contract/assignment.ts';
import type { AnyKind, TargetScheme } from '../contract/kind.ts';
import { publicUrl } from './redact.ts';
import type { SuiteEntry, SuiteLink, SuiteSite } from './suite.ts';

/** Who takes part when a probe is measured on a link, or why it cannot be. */
export type Seating = { seats: Seat[] } | { why: string };

/**
 * Seats a probe on a link. A declared target that the kind can measure wins over the agent: it is what the user asked
 * about. Where the kind refuses it, or there is none, an agent takes the other seat.
 */
export function seat(kind: AnyKind, entry: SuiteEntry, link: SuiteLink, site: SuiteSite): Seating {
  const from: Seat = { site: link.from };
  const offer = targetFor(kind, entry.parsed, site);
  if (offer !== undefined && 'target' in offer) return { seats: [from, { site: link.to, target: offer.target }] };
  if (site.agent !== null) {
    if (kind.sites === 'pair') return { seats: [from, { site: link.to, agent: site.agent }] };
    const target = agentAsTarget(kind, entry.parsed, site.agent);
    if (target !== undefined) return { seats: [from, { site: link.to, target }] };
  }
  return { why: offer?.refused ?? whyNot(kind, site) };
}

type Offer = { target: string } | { refused: string };

/** The site's declared target that the kind likes best, or the first reason why it refuses those that it could reach. */
function targetFor(kind: AnyKind, options: unknown, site: SuiteSite): Offer | undefined {
  let refused: string | undefined;
  for (const scheme of kind.targets) {
    const target = Object.values(site.targets).find((url) => url.startsWith(`${scheme}://`));
    if (target === undefined) continue;
    const reason = kind.refuses?.(options, scheme);
    if (reason === undefined) return { target: publicUrl(target) };
    refused ??= reason;
  }
  return refused === undefined ? undefined : { refused };
}

/** An agent's own port as a TCP server like any other. The embedded agent's is known only once it listens. */
function agentAsTarget(kind: AnyKind, options: unknown, agent: string): string | undefined {
  const scheme: TargetScheme = 'tcp';
  if (kind.sites !== 'target' || !kind.targets.includes(scheme)) return undefined;
  if (kind.refuses?.(options, scheme) !== undefined) return undefined;
  return agent === 'embedded' ? agent : `${scheme}://${agent}`;
}

function whyNot(kind: AnyKind, site: SuiteSite): string {
  if (kind.sites === 'group') return 'measures groups of sites, and this version measures pairs';
  const schemes = kind.targets.join(', ');
  if (kind.sites === 'target') return `needs a target (${schemes}); ${site.name} has none`;
  return schemes === ''
    ? `needs an agent; ${site.name} has none`
    : `needs an agent or a target (${schemes}); ${site.name} has neither`;
}
