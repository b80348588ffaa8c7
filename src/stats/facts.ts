import type { Estimate } from '../contract/estimate.ts';
import type { Json } from '../contract/json.ts';
import type { Ns } from '../contract/records.ts';

type Facts = readonly { at: Ns; name: string; value: Json }[];

/** The look-up time of the cell's peer, in ms, from the fact that every initiator writes. */
export function dnsMs(facts: Facts): Estimate {
  const peer = facts.find((fact) => fact.name === 'peer')?.value;
  const dns = isMap(peer) ? peer['dns_ns'] : undefined;
  if (typeof dns === 'number') return { is: 'scalar', value: dns / 1e6 };
  return {
    is: 'missing',
    why: peer === undefined ? 'nothing was reached' : 'an address was given: nothing to look up',
  };
}

/** The last fact of this name that is a number, divided by `per`. */
export function scalarFact(facts: Facts, name: string, per: number, why: string): Estimate {
  const value = facts.findLast((fact) => fact.name === name)?.value;
  return typeof value === 'number' ? { is: 'scalar', value: value / per } : { is: 'missing', why };
}

function isMap(value: Json | undefined): value is { [key: string]: Json } {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
