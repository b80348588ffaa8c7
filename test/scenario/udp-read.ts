import { readdirSync, readFileSync } from 'node:fs';
import * as v from 'valibot';

const FOLDER = new URL('../../fixtures/scenarios/udp-echo/', import.meta.url);

const cell = v.nullable(v.number());
const rows = v.array(v.array(cell));
const facts = v.record(v.string(), v.any());

/** What is expected of a metric. Figures are compared as reports round them, or `within` so much. */
const expected = v.union([
  v.strictObject({ missing: v.string() }),
  v.strictObject({ hits: v.number(), of: v.number() }),
  v.strictObject({ value: v.number(), within: v.optional(v.number()) }),
  v.strictObject({ values: v.array(v.union([v.number(), v.literal('lost')])) }),
  v.strictObject({
    n: v.number(),
    /** Samples that are late without bound. */
    lost: v.optional(v.number()),
    min: v.optional(v.number()),
    mean: v.optional(v.number()),
    max: v.optional(v.number()),
    stddev: v.optional(v.number()),
    p50: v.optional(v.number()),
    within: v.optional(v.number()),
  }),
]);
const metrics = v.record(v.string(), expected);

const counts = v.strictObject({
  planned: v.number(),
  sent: v.number(),
  received: v.number(),
  lost: v.number(),
  failed: v.number(),
  skipped: v.number(),
});

const scenarioSchema = v.strictObject({
  title: v.string(),
  /** How expected results were computed; every file has to say. */
  source: v.pipe(v.string(), v.minLength(20)),
  options: v.record(v.string(), v.any()),
  facts,
  /** Null: a reflector that is no agent of ours, or whose record is lost. */
  agent: v.nullable(v.strictObject({ facts })),
  /** In the order of the tables' columns; null: there is no such value. */
  rows: v.strictObject({ request: rows, reply: rows, reflect: v.optional(rows) }),
  counts,
  /** By name; `judged rtt_ms` is what verdicts use instead. */
  metrics,
  notes: v.record(v.string(), v.number()),
  flows: v.optional(v.array(v.strictObject({ label: v.string(), counts, metrics }))),
});

export type UdpScenario = v.InferOutput<typeof scenarioSchema>;
export type Expected = v.InferOutput<typeof expected>;

/** All scenarios of UDP packets, by file name; an unknown key is an error, since a misspelt expectation tests nothing. */
export function udpScenarios(): [string, UdpScenario][] {
  const files = readdirSync(FOLDER).filter((file) => file.endsWith('.json'));
  return files.map((file) => [
    file.slice(0, -'.json'.length),
    v.parse(scenarioSchema, JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8'))),
  ]);
}
