import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { registry } from '../../probes/index.ts';
import type { AnyKind, Cost } from '../../src/contract/kind.ts';
import { shortOptions } from '../support/conformance.ts';

// The same for every kind of the registry: what it says without measuring.

const kinds = [...registry.values()].map((kind) => [kind.name, kind] as const);

function expectCosts(kind: AnyKind, given: unknown): void {
  const parsed = kind.options.parse(given);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
  for (const path of [{}, { rttMs: 20, bps: 1e9 }]) {
    const costs: Cost[] = kind.cost(parsed.value, path);
    expect(costs).toHaveLength(kind.sites === 'target' ? 1 : 2);
    for (const { bps, packetsPerSecond, rows, ...cost } of costs) {
      expect(packetsPerSecond === null).toBe(bps === 'saturating');
      const amounts = [
        ...Object.values(cost),
        ...Object.values(rows),
        ...(bps === 'saturating' ? [] : [bps, packetsPerSecond]),
      ];
      for (const amount of amounts) expect(amount === null || (Number.isSafeInteger(amount) && amount >= 0)).toBe(true);
      expect(cost.durationNs).toBeGreaterThan(0);
      for (const table of Object.keys(rows)) expect(Object.keys(kind.tables)).toContain(table);
    }
  }
}

describe.each(kinds)('%s', (name, kind) => {
  test('is named as in the registry, and says what it is', () => {
    expect(registry.get(name)).toBe(kind);
    expect(kind.doc.length).toBeGreaterThan(20);
    for (const metric of Object.values(kind.metrics as AnyKind['metrics']))
      expect(metric?.doc.length).toBeGreaterThan(10);
    const roles = kind.sites === 'target' ? ['initiator'] : ['initiator', 'responder'];
    expect(Object.keys(kind.roles).toSorted()).toEqual(roles);
  });

  test('costs the same kind of amounts for every seat, whatever is known of the path', () => {
    const { brief, endless } = shortOptions(kind);
    for (const given of [{}, brief, endless]) expectCosts(kind, given);
  });

  test('costs as many messages a second as its rate says, at either end', () => {
    if (kind.options.effective({})['rate'] === undefined) return;
    for (const [rate, most] of [
      ['20/s', 20],
      ['90/min', 2],
    ] as const) {
      const parsed = kind.options.parse({ count: 5, rate });
      const costs: Cost[] = parsed.ok ? kind.cost(parsed.value, {}) : [];
      expect(costs.map(({ packetsPerSecond }) => packetsPerSecond)).toEqual(costs.map(() => most));
      expect(costs.length).toBeGreaterThan(0);
    }
  });

  test('takes its effective options again, and they stay as they are', () => {
    const { brief, endless } = shortOptions(kind);
    for (const given of [{}, brief, endless]) {
      const effective = kind.options.effective(given);
      expect(kind.options.parse(effective)).toEqual(kind.options.parse(given));
      expect(kind.options.effective(effective)).toEqual(effective);
      expect(JSON.parse(JSON.stringify(effective))).toEqual(effective);
    }
  });

  test('answers any options with issues, never with an exception', () => {
    const keys = Object.keys(kind.options.effective({}));
    const known = fc.dictionary(fc.constantFrom(...keys, 'unknown', '__proto__'), fc.jsonValue());
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), known), (given) => {
        const parsed = kind.options.parse(given);
        kind.options.effective(given);
        if (parsed.ok) expectCosts(kind, given);
        else expect(parsed.issues.length).toBeGreaterThan(0);
      }),
    );
  });

  test('describes its options in a JSON Schema', async () => {
    const schema = (await kind.options.jsonSchema()) as { properties?: object };
    expect(Object.keys(schema.properties ?? {})).toEqual(
      expect.arrayContaining(Object.keys(kind.options.effective({}))),
    );
  });
});

/** Every module that one loads with itself: what is imported on demand is not among them. */
function loadedWith(entry: URL, seen = new Set<string>()): Set<string> {
  if (seen.has(entry.href)) return seen;
  seen.add(entry.href);
  const source = readFileSync(entry, 'utf8');
  for (const [, name] of source.matchAll(/^(?:import|export)\s(?!type\b)(?:[^;]*?\sfrom\s)?'([^']+)';/gm)) {
    if (name === undefined) continue;
    if (name.startsWith('.')) loadedWith(new URL(name, entry), seen);
    else seen.add(name);
  }
  return seen;
}

test('listing the kinds loads no measuring code', () => {
  const entry = new URL('../../probes/index.ts', import.meta.url);
  expect(existsSync(fileURLToPath(entry))).toBe(true);
  const loaded = [...loadedWith(entry)];
  expect(loaded.filter((name) => name.includes('/probes/')).length).toBeGreaterThan(registry.size);
  const heavy = /^(undici|ws|node:(net|tls|http|https|dgram))$|(initiator|responder)\.ts$/;
  expect(loaded.filter((name) => heavy.test(name))).toEqual([]);
});
