/**
 * What a kind's reduce() hands to statistics. A sample's value +Infinity is one that was lost or failed: figures leave
 * it out, verdicts count it as late. `at` is the cell time in ns that each value belongs to. `streams`: so many streams take
 * turns in it, of which each hangs together in itself. `withheld`: it is missing by the far end's doing, whose record
 * contradicts what this end knows, or lacks what it should hold.
 */
export type Estimate =
  | { is: 'sample'; values: Float64Array; at: Float64Array; streams?: number }
  | { is: 'ratio'; hits: number; of: number; series?: HitSeries }
  | { is: 'scalar'; value: number }
  | { is: 'missing'; why: string; withheld?: true };

/** The samples behind a ratio, in send order, so that it is known how they hang together. */
interface HitSeries {
  /** 1 of a hit, 0 of none: `of` of them, `hits` of them 1. */
  hit: Uint8Array;
  /** Cell time in ns of each. */
  at: Float64Array;
  streams?: number;
}

/**
 * What became of a cell's samples (requests, or throughput's intervals): planned = sent + skipped,
 * sent = received + lost + failed.
 */
export interface Counts {
  planned: number;
  sent: number;
  received: number;
  lost: number;
  failed: number;
  skipped: number;
  /** Measured and kept beside the planned ones, and counted in no figure: warm-up, an interval that was cut off. */
  omitted: number;
}

/** What this end saw itself and a metric cannot be worse than, whatever the far end says of it. */
interface Bound {
  estimate: Estimate;
  /** What it is. */
  words: string;
  /** All that is seen from here of what the metric tells. */
  seen: string;
}

/** A cell reduced to estimates: the pure result of its options and records. */
export interface Reduced<M extends string> {
  counts: Counts;
  metrics: Record<M, Estimate>;
  /** What verdicts on a metric use instead of it, because it rests on the judged side's word. `words`: what it is. */
  judged?: Partial<Record<M, { estimate: Estimate; words: string }>>;
  /**
   * Of metrics that are the far end's word (`statedBy`) and have nothing in `judged`: what a PASS is tested on where that
   * end may be the judged party's. Without a bound there is no PASS then.
   */
  bounds?: Partial<Record<M, Bound>>;
  /** Of a cell that plays several flows at once: each of them, by the same metrics. */
  flows?: { flow: number; label: string; counts: Counts; metrics: Record<string, Estimate> }[];
  /** What else was seen, counted by name: forged, late or truncated packets, absurd claims. Only what there was any of. */
  notes?: Record<string, number>;
  /** Actual minus intended send time in ms, of every sample sent: the instrument's own error. */
  sendLateness: Estimate;
  /**
   * Largest share of a phase's time that the near end's measuring thread was busy, 0 to 1. A load that kept it busy
   * throughout may have met the instrument's limit, not the path's. Absent where that cannot bound the figures.
   */
  busyRatio?: number;
}
