/** A 95% interval; null on the side where n supports no bound. */
export type Interval = [lower: number | null, upper: number | null];

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
  /** Of each quantile that is not null, by its name. */
  ci95?: Record<string, Interval>;
  /** Of that quantile for which samples are worth least: how many independent ones they are worth … */
  nEffective?: number;
  /** … and their autocorrelation at lag 1, as exceeding it or not; null when they are all on one side. */
  rho1?: number | null;
  why?: string;
}

export interface RatioFigure {
  value: number | null;
  hits: number;
  of: number;
  ci95?: Interval;
  /** How many independent samples they are worth. Absent, like rho1, when their order is not known. */
  nEffective?: number;
  /** Autocorrelation of hits at lag 1; null when all or none are. */
  rho1?: number | null;
  why?: string;
}

export interface ScalarFigure {
  value: number | null;
  why?: string;
}

export type Figure = SampleFigure | RatioFigure | ScalarFigure;

type VerdictResult = 'pass' | 'fail' | 'inconclusive';

/** Whose doing it is that nothing can be said: the measuring site's, or the instrument's. */
type VerdictOrigin = 'vantage' | 'instrument';

/** The window of fixed length in which the largest share of samples exceeded. */
export interface WorstWindow {
  cell: string;
  /** Seconds into the cell. */
  fromSec: number;
  toSec: number;
  /** The requirement's figure of what was received in it; null when that is too little for it. */
  observed: number | null;
  n: number;
  exceeding: number;
}

/** One requirement judged on one link, over all its rounds. */
export interface Verdict {
  id: string;
  clause: string | null;
  level: 'must' | 'should' | 'may';
  requirement: string;
  probe: string;
  from: string;
  to: string;
  /** What it was judged by, in the order of the rounds. */
  cells: string[];
  result: VerdictResult;
  /** Of an INCONCLUSIVE that is nobody's else. */
  origin: VerdictOrigin | null;
  /** The figure that the requirement names, from what was received. */
  observed: number | null;
  /** Of that figure. */
  ci95: Interval | null;
  /** Samples judged: received, lost and failed. */
  n: number;
  /** How many independent samples they were worth to the test that decided, or came nearer to it. */
  nEffective: number | null;
  /** Their autocorrelation at lag 1; null when all of them are alike, or their order is not known. */
  rho1: number | null;
  /** How many of them were beyond the threshold (lost and failed count). */
  exceeding: number | null;
  /** How many samples a PASS needs when this many exceed; null when no number would do. */
  nNeeded: number | null;
  worst: WorstWindow | null;
  /** Significance level of the test. */
  alpha: number;
  /** How many tests of one candidate share a FAIL's alpha (Holm). */
  family: number;
  why: string;
}
