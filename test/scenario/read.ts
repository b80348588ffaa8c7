import { readdirSync, readFileSync } from 'node:fs';
import * as v from 'valibot';

const FOLDER = new URL('../../fixtures/scenarios/', import.meta.url);
const NOT_SCENARIOS = new Set(['binomial', 'quantile-definition']);

/** How expected results were computed; every file has to say. */
const source = v.pipe(v.string(), v.minLength(20));
const figure = v.nullable(v.number());
/** A delay in ms, or a packet that was lost. */
const sample = v.union([v.number(), v.literal('lost')]);

const scenarioSchema = v.strictObject({
  title: v.string(),
  source,
  metric: v.strictObject({
    unit: v.picklist(['ms', 'bit/s', 'ratio', 'B', '1']),
    better: v.picklist(['lower', 'higher', 'neither']),
  }),
  values: v.array(sample),
  figure: v.objectWithRest(
    {
      n: v.number(),
      min: figure,
      mean: figure,
      stddev: figure,
      max: figure,
      /** By the name of the quantile; absent like the two below when n supports none. */
      ci95: v.optional(v.record(v.string(), v.tuple([figure, figure]))),
      nEffective: v.optional(v.number()),
      rho1: v.optional(figure),
      why: v.optional(v.string()),
    },
    figure,
  ),
  /** `ipdv_at` is the place in `values` of each pair's later packet. Empty lists and null: there is none. */
  variation: v.optional(
    v.strictObject({
      ipdv_ms: v.array(v.number()),
      ipdv_abs_ms: v.array(v.number()),
      ipdv_at: v.array(v.number()),
      pdv_ms: v.array(sample),
      jitter_rfc3550_ms: figure,
    }),
  ),
});

const type = v.strictObject({ p: v.number(), type7: v.number(), type6: v.number(), type1: v.number() });
const definitionSchema = v.strictObject({
  source,
  sets: v.array(v.strictObject({ title: v.string(), values: v.array(v.number()), quantiles: v.array(type) })),
});

const binomialSchema = v.strictObject({
  source,
  cases: v.array(v.strictObject({ k: v.number(), n: v.number(), p: v.number(), cdf: v.number(), sf: v.number() })),
  samplesNeeded: v.array(v.strictObject({ exceeding: v.number(), q: v.number(), alpha: v.number(), n: v.number() })),
});

export type Scenario = v.InferOutput<typeof scenarioSchema>;

/** Parses one scenario; an unknown key is an error, since a misspelt expectation would test nothing. */
export function parseScenario(text: string): Scenario {
  return v.parse(scenarioSchema, JSON.parse(text));
}

/** All scenarios, by file name. */
export function scenarios(): [string, Scenario][] {
  const files = readdirSync(FOLDER).filter((file) => file.endsWith('.json'));
  const names = files.map((file) => file.slice(0, -'.json'.length)).filter((name) => !NOT_SCENARIOS.has(name));
  return names.map((name) => [name, parseScenario(text(name))]);
}

/** Quantiles of known data by three definitions. */
export function quantileDefinition() {
  return v.parse(definitionSchema, JSON.parse(text('quantile-definition')));
}

/** Binomial probabilities and sample sizes. */
export function binomialTable() {
  return v.parse(binomialSchema, JSON.parse(text('binomial')));
}

function text(name: string): string {
  return readFileSync(new URL(`${name}.json`, FOLDER), 'utf8');
}
