import * as v from 'valibot';
import type { AnyKind, ProbeKind, Run } from '../../src/contract/kind.ts';
import { defineOptions } from '../../src/contract/options.ts';

const tables = { t: { a: 'uint' } } as const;

export type Role = Run<Record<string, never>, typeof tables>;

/** A kind whose initiator does what the test says. */
export function kindThatRuns(run: Role): AnyKind {
  const kind: ProbeKind<Record<string, never>, typeof tables, never> = {
    name: 'of-the-test',
    doc: 'Does what a test says.',
    sites: 'target',
    targets: [],
    options: defineOptions(v.strictObject({})),
    tables,
    metrics: {},
    headline: [],
    cost: () => [],
    roles: { initiator: async () => ({ run }) },
    reduce: () => Promise.reject(new Error('a kind of the test reduces nothing')),
  };
  return kind;
}
