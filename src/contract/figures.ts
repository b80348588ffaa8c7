/** Statistics of a sample, conditional on what was received; `n` is that count. What n cannot support is null, with `why`. */
export interface SampleFigure {
  n: number;
  min: number | null;
  mean: number | null;
  /** With n − 1. */
  stddev: number | null;
  max: number | null;
  /** p50, p99.9 … Hyndman–Fan type 7. */
  [quantile: `p${number}`]: number | null;
  why?: string;
}

export interface RatioFigure {
  value: number | null;
  hits: number;
  of: number;
  why?: string;
}

export interface ScalarFigure {
  value: number | null;
  why?: string;
}

export type Figure = SampleFigure | RatioFigure | ScalarFigure;

export type VerdictResult = 'pass' | 'fail' | 'inconclusive';

/** One requirement judged on one cell. */
export interface Verdict {
  id: string;
  clause: string | null;
  level: 'must' | 'should' | 'may';
  requirement: string;
  probe: string;
  from: string;
  to: string;
  cell: string;
  result: VerdictResult;
  /** The figure that the requirement names, from what was received. */
  observed: number | null;
  /** Samples judged: received, lost and failed. */
  n: number;
  /** How many of them were beyond the threshold (lost and failed count). */
  exceeding: number | null;
  /** How many samples a PASS needs when this many exceed; null when no number would do. */
  nNeeded: number | null;
  /** Significance level of the test. */
  alpha: number;
  why: string;
}
