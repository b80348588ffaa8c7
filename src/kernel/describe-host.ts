import type { FactValue, HostDescription } from '../contract/host.ts';
import { type HostFacts, hostFacts } from './host-facts.ts';
import type { InterfaceFacts } from './interface-facts.ts';
import type { Fact } from './missing.ts';

/**
 * This machine, as it describes itself in hellos and reports: what stays the same from run to run, and so may stand in a
 * plan. Reads a dozen small files: not while measuring.
 */
export function describeHost(facts: HostFacts = hostFacts()): HostDescription {
  const { loadAverages: _, ...lasting } = facts;
  return { node: process.version, platform: process.platform, arch: process.arch, ...listFacts(lasting) };
}

/** The interface towards an address, in the same form. */
export function describeInterface(facts: InterfaceFacts): Pick<HostDescription, 'facts' | 'missing'> {
  const named = Object.entries(facts).map(([name, fact]) => [name, typeof fact === 'object' ? fact : { value: fact }]);
  return listFacts(Object.fromEntries(named) as Record<string, Fact<FactValue & object>>);
}

function listFacts(given: Record<string, Fact<NonNullable<unknown>>>): Pick<HostDescription, 'facts' | 'missing'> {
  const facts: Record<string, FactValue> = {};
  const missing: Record<string, string> = {};
  for (const [key, fact] of Object.entries(given)) {
    const name = key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    facts[name] = fact.value as FactValue;
    if (fact.value === null && 'why' in fact) missing[name] = fact.why;
  }
  return { facts, missing };
}
