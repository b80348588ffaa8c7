import * as v from 'valibot';
import type { Verdict } from '../contract/figures.ts';
import type { Json } from '../contract/json.ts';
import { CloseStatusSchema, ErrorSchema, factsEntries, HostSchema, ToolSchema } from '../journal/run-records.ts';

// The report's schema: one source for its types, its JSON Schema, and the order of its keys (parsing puts them so).

export const REPORT_FORMAT = 'netprobe-report/1';

const finite = v.pipe(v.number(), v.finite());
const maybe = v.nullable(finite);
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const time = v.pipe(v.string(), v.isoTimestamp());
const sha256 = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));
const text = v.nullable(v.string());
const why = v.exactOptional(v.string());
const quantile = v.exactOptional(maybe);

/** 95%; null on the side where n supports no bound. */
const interval = v.strictTuple([maybe, maybe]);
const nEffective = v.exactOptional(finite);
const rho1 = v.exactOptional(maybe);

const SampleFigureSchema = v.strictObject({
  n: count,
  min: maybe,
  mean: maybe,
  stddev: maybe,
  p1: quantile,
  p5: quantile,
  p10: quantile,
  p50: quantile,
  p90: quantile,
  p95: quantile,
  p99: quantile,
  'p99.9': quantile,
  max: maybe,
  ci95: v.exactOptional(v.record(v.string(), interval)),
  nEffective,
  rho1,
  why,
});
const RatioFigureSchema = v.strictObject({
  value: maybe,
  hits: count,
  of: count,
  ci95: v.exactOptional(interval),
  nEffective,
  rho1,
  why,
});
const ScalarFigureSchema = v.strictObject({ value: maybe, why });

const SiteSchema = v.strictObject({
  name: v.string(),
  role: v.nullable(v.picklist(['candidate', 'edge', 'control', 'own'])),
  provider: text,
  location: v.nullable(
    v.strictObject({
      country: why,
      city: why,
      lat: v.exactOptional(finite),
      lon: v.exactOptional(finite),
      accuracy_km: v.exactOptional(finite),
    }),
  ),
  capacity_bps: maybe,
  agent: v.nullable(
    v.strictObject({
      /** host:port, or "embedded". */
      address: v.string(),
      /** What the agent says of itself; null, with `error`, when it did not answer while the plan was made. */
      version: text,
      host: v.nullable(HostSchema),
      limits: v.nullable(v.record(v.string(), finite)),
      error: v.nullable(ErrorSchema),
    }),
  ),
  targets: v.strictObject({ tcp: why, http: why, ws: why, stamp: why }),
});

const CountsSchema = v.strictObject({
  planned: count,
  sent: count,
  received: count,
  lost: count,
  failed: count,
  skipped: count,
  omitted: count,
});

const MetricsSchema = v.record(v.string(), v.union([SampleFigureSchema, RatioFigureSchema, ScalarFigureSchema]));

const loopDelay = v.nullable(v.strictObject({ p50: finite, p99: finite, max: finite }));

/** What one end says of its own state; an agent's is its word. */
const SideSchema = v.strictObject({
  clock: v.nullable(v.strictObject({ synchronised: v.nullable(v.boolean()), max_error_ms: maybe, step_ms: finite })),
  host_load: v.nullable(
    v.strictObject({
      intervals: count,
      /** In so many of them a core was 85% busy or more, or 2% or more were stolen. */
      busy_intervals: count,
      steal_intervals: count,
      worst_core_ratio: finite,
      busy_ratio: finite,
      softirq_ratio: finite,
      steal_ratio: finite,
      /** In so many of them a quota of processor time stopped its process; null where nothing counts that. */
      throttled_intervals: v.nullable(count),
    }),
  ),
  /** The share of the time that the measuring thread was ready to run and had no core. */
  waited_ratio: maybe,
  event_loop_delay_ms: loopDelay,
  /** Whether sends are spun for: not where only one core may be used. Null: it did not say. */
  spins: v.nullable(v.boolean()),
  congestion_control: text,
});

const InstrumentSchema = v.strictObject({
  /** `unknown`: this end recorded nothing. */
  state: v.picklist(['valid', 'suspect', 'invalid', 'unknown']),
  reasons: v.array(v.strictObject({ side: v.picklist(['near', 'far']), code: v.string(), why: v.string() })),
  /** Who stamped what was received: the kernel, this process, or now one and now the other. */
  clock: v.picklist(['kernel', 'user', 'mixed']),
  /** Whether the kernel was asked: "yes", or why not. */
  kernel: text,
  send_lateness_ms: v.nullable(SampleFigureSchema),
  missed_sends: v.nullable(count),
  /** Of a throughput cell: the share of the time that this side's measuring thread was busy, at most. */
  busy_ratio: maybe,
  near: v.nullable(SideSchema),
  far: v.nullable(SideSchema),
});

const ResultSchema = v.strictObject({
  id: v.string(),
  from: v.string(),
  to: v.string(),
  probe: v.string(),
  kind: v.string(),
  round: count,
  /** Null: the run ended before the cell was tried. */
  attempt: v.nullable(count),
  status: CloseStatusSchema,
  error: v.nullable(ErrorSchema),
  options: v.record(v.string(), v.unknown()),
  address: text,
  dns_ms: maybe,
  startedAt: v.nullable(time),
  finishedAt: v.nullable(time),
  /** Null: nothing was recorded, `error` says why. */
  counts: v.nullable(CountsSchema),
  /** What else was seen, counted by name: forged, truncated or late packets, long or absurd holds. */
  notes: v.record(v.string(), count),
  metrics: MetricsSchema,
  /** Those of the metrics whose figures are by the far end's own record, counts or stamps; absent when there are none. */
  agentStated: v.exactOptional(v.array(v.string())),
  /** Of a cell that plays several flows at once: each by itself. */
  flows: v.exactOptional(
    v.array(v.strictObject({ flow: count, label: v.string(), counts: CountsSchema, metrics: MetricsSchema })),
  ),
  /** Seconds into the cell, and the value then; null where a sample was lost. */
  series: v.record(v.string(), v.array(v.strictTuple([finite, maybe]))),
  instrument: InstrumentSchema,
  samples: v.array(v.string()),
});

const VantageSchema = v.strictObject({
  host: v.nullable(HostSchema),
  /** The interface towards each address that was measured. */
  routes: v.array(v.strictObject({ address: v.string(), ...factsEntries })),
  /** Packets over this machine's own loopback, before anything else: context, and no part of any verdict. */
  self_test: v.nullable(
    v.strictObject({
      clock: InstrumentSchema.entries.clock,
      rtt_ms: SampleFigureSchema,
      send_lateness_ms: v.nullable(SampleFigureSchema),
      samples: v.array(v.string()),
    }),
  ),
});

const VerdictSchema = v.strictObject({
  id: v.string(),
  clause: text,
  level: v.picklist(['must', 'should', 'may']),
  requirement: v.string(),
  probe: v.string(),
  from: v.string(),
  to: v.string(),
  cells: v.array(v.string()),
  result: v.picklist(['pass', 'fail', 'inconclusive']),
  origin: v.nullable(v.picklist(['vantage', 'instrument'])),
  observed: maybe,
  ci95: v.nullable(interval),
  n: count,
  nEffective: maybe,
  rho1: maybe,
  exceeding: v.nullable(count),
  nNeeded: v.nullable(count),
  worst: v.nullable(
    v.strictObject({
      cell: v.string(),
      fromSec: finite,
      toSec: finite,
      observed: maybe,
      n: count,
      exceeding: count,
    }),
  ),
  alpha: finite,
  family: count,
  why: v.string(),
}) satisfies v.GenericSchema<unknown, Verdict>;

export const ReportSchema = v.strictObject({
  format: v.literal(REPORT_FORMAT),
  tool: v.strictObject({ ...ToolSchema.entries, quantile: v.string() }),
  run: v.strictObject({
    id: v.string(),
    title: text,
    status: v.picklist(['completed', 'interrupted']),
    startedAt: time,
    /** Null: the run died before it could say so. */
    finishedAt: v.nullable(time),
    planSha256: sha256,
    suiteSha256: sha256,
    seed: finite,
  }),
  /** Where was measured from. */
  vantage: VantageSchema,
  sites: v.array(SiteSchema),
  results: v.array(ResultSchema),
  notApplicable: v.array(v.strictObject({ from: v.string(), to: v.string(), probe: v.string(), why: v.string() })),
  verdicts: v.array(VerdictSchema),
  summary: v.strictObject({ pass: count, fail: count, inconclusive: count, incomplete: count }),
});

/** `netprobe-report/1`: everything a run found, as one document. */
export type Report = v.InferOutput<typeof ReportSchema>;
/** One cell's part of a report. */
export type Result = v.InferOutput<typeof ResultSchema>;
/** A site as a report shows it. */
export type ReportSite = v.InferOutput<typeof SiteSchema>;

/** The JSON Schema of report.json, as shipped with the package. */
export async function reportJsonSchema(): Promise<Json> {
  const { toJsonSchema } = await import('@valibot/to-json-schema');
  const schema = toJsonSchema(ReportSchema, { typeMode: 'output', errorMode: 'ignore' });
  return { $schema: schema.$schema ?? null, title: REPORT_FORMAT, ...schema } as Json;
}
