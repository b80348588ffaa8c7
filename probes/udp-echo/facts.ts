import type { Json } from '../../src/contract/json.ts';
import type { SeatRecords, Tables } from '../../src/contract/records.ts';

type Facts = SeatRecords<Tables>['facts'];

/** What an end says of its clocks; null where it says nothing, or nothing that could be. */
export interface ClockFact {
  synchronised: boolean | null;
  /** The bound of its error, and the estimate, as its system states them; an estimate of 0 is none. */
  maxErrorNs: number | null;
  estErrorNs: number | null;
  /** By how much its stamps' times may be off its wall clock. */
  pairErrorNs: number | null;
  /** By how much receive stamps that are not the kernel's may be late. */
  userStampLateNs: number | null;
  /** The largest jump of its wall clock during the cell. */
  stepNs: number | null;
  /** Equal on both ends: one clock. */
  boot: string | null;
}

/** The last fact of this name that is a map; an empty one when there is none. */
function mapFact(facts: Facts, name: string): { [key: string]: Json } {
  const value = facts.findLast((fact) => fact.name === name)?.value;
  return isMap(value) ? value : {};
}

export function clockFact(facts: Facts): ClockFact {
  const clock = mapFact(facts, 'clock');
  const { synchronised, boot } = clock;
  const step = clock['step_ns'];
  return {
    synchronised: typeof synchronised === 'boolean' ? synchronised : null,
    maxErrorNs: notNegative(clock['max_error_ns']),
    estErrorNs: notNegative(clock['est_error_ns']),
    pairErrorNs: notNegative(clock['pair_error_ns']),
    userStampLateNs: notNegative(clock['user_stamp_late_ns']),
    stepNs: typeof step === 'number' ? notNegative(Math.abs(step)) : null,
    boot: typeof boot === 'string' && boot !== '' ? boot : null,
  };
}

/**
 * What a foreign reflector's packets say of its clock. Their error estimate is that of the stamps themselves (RFC 4656
 * §4.1.2): nothing is added to it.
 */
export function farClockFact(facts: Facts): ClockFact {
  const { synchronised, error_ns: error } = mapFact(facts, 'far_clock');
  return {
    synchronised: typeof synchronised === 'boolean' ? synchronised : null,
    maxErrorNs: notNegative(error),
    estErrorNs: null,
    pairErrorNs: 0,
    userStampLateNs: 0,
    stepNs: null,
    boot: null,
  };
}

export function isForeign(facts: Facts): boolean {
  return facts.findLast((fact) => fact.name === 'reflector')?.value === 'foreign';
}

/** What a flow is called, by its source port where that is known. */
export function flowLabel(facts: Facts, flow: number): string {
  const flows = facts.findLast((fact) => fact.name === 'flows')?.value;
  const own = Array.isArray(flows) ? flows.find((one) => isMap(one) && one['flow'] === flow) : undefined;
  const port = isMap(own) ? own['local_port'] : undefined;
  return typeof port === 'number' && Number.isInteger(port) && port > 0 && port < 65_536
    ? `port ${port}`
    : `flow ${flow}`;
}

/** The last fact of this name, when it is a count; 0 otherwise. */
export function countFact(facts: Facts, name: string): number {
  const value = facts.findLast((fact) => fact.name === name)?.value;
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? value : 0;
}

/** Why packets get no row. Others are not taken over: an agent may write what it likes. */
const REASONS = [
  'forged',
  'truncated',
  'oversized',
  'hmac',
  'unauthenticated',
  'not_stamp',
  'other_session',
  'unknown',
  'too_late',
  'unrecorded',
];

/** Packets that got no row, by reason. */
export function rejectedFact(facts: Facts): Record<string, number> {
  const rejected = mapFact(facts, 'rejected');
  const counted: Record<string, number> = {};
  for (const [name, count] of Object.entries(rejected)) {
    const reason = name.replaceAll('-', '_');
    if (REASONS.includes(reason) && Number.isSafeInteger(count) && (count as number) > 0)
      counted[reason] = count as number;
  }
  return counted;
}

function notNegative(value: Json | undefined): number | null {
  return typeof value === 'number' && value >= 0 && value < Infinity ? value : null;
}

function isMap(value: Json | undefined): value is { [key: string]: Json } {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
