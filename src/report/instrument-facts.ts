import * as v from 'valibot';
import type { Json } from '../contract/json.ts';
import type { SeatRecords, Tables } from '../contract/records.ts';

// Facts that lanes and hosts write beside every cell's records, read with care: those of an agent may be anything.

const ns = v.nullable(v.pipe(v.number(), v.finite()));
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const share = v.pipe(v.number(), v.minValue(0), v.maxValue(1));

const lane = v.object({
  kernel: v.union([v.literal('yes'), v.object({ missing: v.string() })]),
  spins: v.boolean(),
  loop_delay_ns: v.nullable(v.object({ n: count, p50: v.number(), p99: v.number(), max: v.number() })),
  run_ns: ns,
  wait_ns: ns,
});

const clock = v.object({
  source: v.picklist(['kernel', 'user']),
  synchronised: v.nullable(v.boolean()),
  max_error_ns: ns,
  est_error_ns: ns,
  step_ns: v.pipe(v.number(), v.finite()),
  boot: v.nullable(v.string()),
});

const load = v.object({
  intervals: v.pipe(count, v.minValue(1)),
  busy_intervals: count,
  steal_intervals: count,
  worst_core_ratio: share,
  busy_ratio: share,
  softirq_ratio: share,
  steal_ratio: share,
});

/** Beside the load: recordings that are older, and systems without quotas, do not have it. */
const throttling = v.object({ intervals: v.pipe(count, v.minValue(1)), throttled_intervals: count });

type LaneFact = v.InferOutput<typeof lane>;
type ClockFact = v.InferOutput<typeof clock>;
type LoadFact = v.InferOutput<typeof load>;
type ThrottlingFact = v.InferOutput<typeof throttling>;

/** What one end says of its own state while it measured; null where it says nothing, or nothing sensible. */
export interface SeatVitals {
  lane: LaneFact | null;
  clock: ClockFact | null;
  load: LoadFact | null;
  throttling: ThrottlingFact | null;
  congestionControl: string | null;
  /** At least so busy was its measuring thread in some phase: the largest share recorded, or that of the whole it ran. */
  busyRatio: number | null;
  /** How long it measured, ns. */
  lastedNs: number | null;
}

export function vitalsOf(seat: SeatRecords<Tables> | undefined): SeatVitals {
  const fact = (name: string) => seat?.facts.findLast((each) => each.name === name)?.value;
  const name = fact('congestion_control');
  return {
    lane: read(lane, fact('lane')),
    clock: read(clock, fact('clock')),
    load: read(load, fact('host_load')),
    throttling: read(throttling, fact('host_load')),
    busyRatio: busyRatioOf(seat),
    congestionControl: typeof name === 'string' ? name.slice(0, 32) : null,
    lastedNs: seat?.close?.at ?? null,
  };
}

function read<const S extends v.GenericSchema>(schema: S, value: Json | undefined): v.InferOutput<S> | null {
  const result = v.safeParse(schema, value);
  return result.success ? result.output : null;
}

function busyRatioOf(seat: SeatRecords<Tables> | undefined): number | null {
  const recorded = seat?.facts.filter(({ name }) => name === 'busy_ratio') ?? [];
  const ran = read(lane, seat?.facts.findLast(({ name }) => name === 'lane')?.value)?.run_ns ?? null;
  const lasted = seat?.close?.at ?? 0;
  const ratios = [
    ...recorded.flatMap(({ value }) => read(share, value) ?? []),
    ...(ran === null || lasted <= 0 ? [] : [Math.min(1, Math.max(0, ran / lasted))]),
  ];
  return ratios.length === 0 ? null : Math.max(...ratios);
}

/** The tables of each end that hold a kernel's receive stamp beside this process's own. */
const STAMPED = ['reply', 'reflect'];

/** Of what a seat recorded as received, how much has the kernel's receive stamp; null where its kind has no such stamps. */
export function kernelStamps(seat: SeatRecords<Tables> | undefined): { of: number; kernel: number } | null {
  const columns = STAMPED.flatMap((table) => seat?.rows[table]?.['kernel'] ?? []);
  if (columns.length === 0) return null;
  const sum = (count: (column: Float64Array) => number) => columns.reduce((total, each) => total + count(each), 0);
  return {
    of: sum(({ length }) => length),
    kernel: sum((column) => column.filter((value) => !Number.isNaN(value)).length),
  };
}
