import type { Registry } from '../contract/kind.ts';
import { pairName } from './links.ts';
import { type Reading, tell } from './report.ts';
import type { RequirementItem } from './requirements.ts';
import { type Seating, seat } from './seats.ts';
import type { Suite, SuiteEntry, SuiteLink, SuiteRequirement } from './suite.ts';

const MAX_CELLS = 100_000;

/** How each probe of a suite is measured on each of its links, or why not. */
export type Seatings = { entry: SuiteEntry; link: SuiteLink; seating: Seating }[];

/** Seats every probe on every link, in the suite's order: entries first, then links. */
export function seatAll(suite: Suite, registry: Registry): Seatings {
  const sites = new Map(suite.sites.map((site) => [site.name, site]));
  return suite.entries.flatMap((entry) =>
    suite.links.flatMap((link) => {
      const [kind, site] = [registry.get(entry.kind), sites.get(link.to)];
      return kind === undefined || site === undefined ? [] : [{ entry, link, seating: seat(kind, entry, link, site) }];
    }),
  );
}

/** Checks what only a valid suite can be asked: its size, and whether each requirement has something to judge. */
export function checkSuite(
  reading: Reading,
  suite: Suite,
  items: readonly RequirementItem[],
  registry: Registry,
): void {
  const { rounds, entries, links } = suite;
  const cells = rounds * entries.length * links.length;
  if (cells > MAX_CELLS) {
    const message = `${rounds} rounds of ${entries.length} probes on ${links.length} links are ${cells} cells`;
    tell(reading, ['suite'], { message, expected: `at most ${MAX_CELLS}` }, 'key');
    return;
  }
  const seatings = seatAll(suite, registry);
  for (const item of items) checkRequirement(reading, item, seatings);
}

/** A requirement judges something, and something on each link that it names: what is asked for is never left out. */
function checkRequirement(reading: Reading, { path, links, requirement }: RequirementItem, seatings: Seatings): void {
  const { id, probe } = requirement;
  const named = links.filter((item) => item.explicit);
  for (const item of named) {
    const [first] = whyNothing(requirement, item.pairs, seatings);
    if (first === undefined) continue;
    const message = `${id} judges nothing on ${item.text}: ${first.why}`;
    tell(reading, item.path, { message, expected: `a link that ${probe} can measure` });
  }
  const [first, ...others] = named.length > 0 ? [] : whyNothing(requirement, requirement.links, seatings);
  if (first === undefined) return;
  const more = others.length === 0 ? '' : ` (and so on for ${others.length} more)`;
  tell(reading, path, { message: `${id} judges nothing: on ${first.on}, ${first.why}${more}` });
}

interface Reason {
  on: string;
  why: string;
}

/** Why none of a requirement's probes can be measured on these links; empty when one can. */
function whyNothing({ probes }: SuiteRequirement, links: readonly SuiteLink[], seatings: Seatings): Reason[] {
  const pairs = new Set(links.map(pairName));
  const about = seatings.filter(({ entry, link }) => probes.includes(entry.probe) && pairs.has(pairName(link)));
  const reasons = about.flatMap(({ entry, link, seating }) =>
    'why' in seating ? [{ on: pairName(link), why: `${entry.probe} ${seating.why}` }] : [],
  );
  return reasons.length < about.length ? [] : reasons;
}
