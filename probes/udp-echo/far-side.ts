import type { SeatRecords } from '../../src/contract/records.ts';
import { CONTRADICTIONS, type Contradictions, isContradictory, readAgentRecord } from './agent-record.ts';
import { STEP_NS } from './clocks.ts';
import { type ClockFact, clockFact, farClockFact, isForeign, rejectedFact } from './facts.ts';
import type { udpEcho } from './index.ts';
import { waysByNumbers } from './reflector-numbers.ts';
import { packetStamps, recordStamps, type Stamps, wallMovement } from './stamps.ts';
import type { Trips } from './trips.ts';
import { isUntold, type Untold, untoldWay, type Way, type Ways } from './ways.ts';

type Seat = SeatRecords<typeof udpEcho.tables>;

/** What is known of each direction, and of the far end. */
export interface FarSide {
  ways: Ways;
  /** Stamps for the variation of delays. `monotonic`: setting a wall clock does not disturb them. */
  stamps: { forward: Stamps; reverse: Stamps; monotonic: boolean } | Untold;
  /** The stamps that replies carry, for one-way delays. */
  wallStamps: { forward: Stamps; reverse: Stamps } | Untold;
  clock: ClockFact;
  notes: Record<string, number>;
}

/**
 * The agent's record of every packet is the best source; where there is none, the numbers and stamps in the replies tell
 * what they can. A record that contradicts what arrived here tells nothing. What a record should tell and does not is
 * withheld.
 */
export function farSide(trips: Trips, initiator: Seat, responder: Seat | undefined): FarSide {
  const { reply } = initiator.rows;
  const untold = (told: Untold) => untoldWay(told, trips.flows, trips.state.length);
  const unrecorded = rejectedFact(initiator.facts)['unrecorded'] ?? 0;
  const full = { why: `${unrecorded} packets arrived that this end’s record had no room for` };
  if (responder === undefined || isForeign(initiator.facts) || !isComplete(responder)) {
    const known = unrecorded === 0 ? waysByNumbers(trips, reply, !isForeign(initiator.facts)) : undefined;
    const ways = known ?? { forward: untold(full), reverse: untold(full) };
    const wallStamps = packetStamps(trips, reply, ways);
    const clock = responder === undefined ? farClockFact(initiator.facts) : clockFact(responder.facts);
    const broken = responder !== undefined && !isForeign(initiator.facts);
    return {
      ways: broken ? { forward: withheldWay(ways.forward), reverse: withheldWay(ways.reverse) } : ways,
      stamps: { ...wallStamps, monotonic: false },
      wallStamps,
      clock,
      notes: {},
    };
  }
  const { reflect } = responder.rows;
  const clock = clockFact(responder.facts);
  const unanswered = rejectedFact(responder.facts)['unrecorded'] ?? 0;
  const record = readAgentRecord(trips, { reply, reflect });
  if (isContradictory(record)) {
    const told = withheld(contradictionWords(record));
    const ways = { forward: untold(told), reverse: untold(told) };
    return { ways, stamps: told, wallStamps: told, clock, notes: contradictionNotes(record) };
  }
  const lacking = `${unanswered} requests reached the agent after its record was full`;
  const ways = {
    forward: unanswered > 0 ? untold(withheld(lacking)) : record.forward,
    reverse: unrecorded > 0 ? untold(full) : record.reverse,
  };
  return {
    ways,
    stamps: { ...recordStamps(trips, reflect, { ...record, ...ways }), monotonic: true },
    wallStamps: wallSetWords(wallMovement({ reply, reflect }, record)) ?? packetStamps(trips, reply, ways),
    clock,
    notes: {},
  };
}

function withheld(why: string): Untold {
  return { why, withheld: true };
}

/** A direction by the record of an agent that broke it off: what is not known, it should have told. */
function withheldWay({ loss, duplicate, arrivals, ...way }: Way): Way {
  const blamed = <T extends object>(told: T | Untold) => (isUntold(told) ? withheld(told.why) : told);
  return { ...way, loss: loss.map(blamed), duplicate: blamed(duplicate), arrivals: blamed(arrivals) };
}

function wallSetWords(movedNs: number): Untold | undefined {
  if (movedNs <= STEP_NS) return undefined;
  return { why: `the far end’s wall clock moved by ${(movedNs / 1e6).toFixed(3)} ms against its monotonic clock` };
}

/** Whether it covers the cell: an end that broke off may have seen more than it says. */
function isComplete({ close }: Seat): boolean {
  return close?.status === 'completed' || close?.error?.code === 'NETPROBE_ABORTED';
}

function contradictionWords(contradictions: Contradictions): string {
  const found = named(contradictions).map(([name, count]) => `${count} ${CONTRADICTIONS[name]}`);
  return `the agent’s record contradicts what was sent and what arrived: ${found.join(', ')}`;
}

function contradictionNotes(contradictions: Contradictions): Record<string, number> {
  return Object.fromEntries(named(contradictions).map(([name, count]) => [`agent_record_${name}`, count]));
}

function named(contradictions: Contradictions): [keyof Contradictions, number][] {
  const names = Object.keys(CONTRADICTIONS) as (keyof Contradictions)[];
  return names
    .map((name): [keyof Contradictions, number] => [name, contradictions[name]])
    .filter(([, count]) => count > 0);
}
