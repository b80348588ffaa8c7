import type { SeatRecords, Tables } from '../../src/contract/records.ts';
import { countFact, rejectedFact } from './facts.ts';
import type { FarSide } from './far-side.ts';
import type { RoundTrips } from './round-trip.ts';
import type { Trips } from './trips.ts';

type Facts = SeatRecords<Tables>['facts'];

/**
 * Packets and stamps that were seen and entered no figure, by what they were, and how many: only what there was. What
 * begins with `agent_` is what the agent says of itself, or what is wrong with its record.
 */
export function notesOf(
  trips: Trips,
  { absurdHolds, longHolds }: RoundTrips,
  far: FarSide,
  facts: { near: Facts; far: Facts },
): Record<string, number> {
  const all = {
    ...trips.notes,
    absurd_holds: absurdHolds,
    long_holds: longHolds,
    ...rejectedFact(facts.near),
    ...agents(rejectedFact(facts.far)),
    refusals: countFact(facts.near, 'refusals'),
    ...far.notes,
  };
  return Object.fromEntries(Object.entries(all).filter(([, count]) => count > 0));
}

function agents(counts: Record<string, number>): Record<string, number> {
  return Object.fromEntries(Object.entries(counts).map(([name, count]) => [`agent_${name}`, count]));
}
