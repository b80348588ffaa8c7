import { type Bits, bitAt, pairsAt, popcount } from './bits.ts';

/** How alike successive values of a series are. */
export interface Autocorrelation {
  /** At lag 1. */
  rho1: number;
  /** Of lags 1, 2 … until the first that is not above 0. */
  sum: number;
  /** How many lags that took. */
  lags: number;
}

/** Words that all lags of one series may touch: so that a long correlated series takes a second, not an hour. */
const WORK = 2 ** 21;
const LEAST_LAGS = 64;
/** No more than rounding: an autocorrelation of exactly 0 must not pass for one above 0. */
const DUST = 1e-12;

/**
 * Sum of the autocorrelations of an indicator in order, until the first ρ ≤ 0; where streams take turns, lags are summed
 * one round of turns at a time, until the first such sum ≤ 0: only every so many are of the same stream. Undefined when all of it is the same. Lags
 * are counted one by one while that is affordable: all of them up to some 10,000 values, 64 of ten million. Beyond, sums
 * of neighbours take the place of values, which leaves the sum of all lags as it is (batch means; Geyer 1992).
 */
export function autocorrelation(bits: Bits): Autocorrelation | undefined {
  const { n, ones, words, streams } = bits;
  if (ones === 0 || ones === n) return undefined;
  const share = ones / n;
  const variance = ones * (1 - share);
  let early = ones;
  let late = ones;
  const at = (lag: number) => {
    early -= bitAt(bits, n - lag);
    late -= bitAt(bits, lag - 1);
    return (pairsAt(bits, lag) - share * (early + late) + (n - lag) * share * share) / variance;
  };
  const { ended, ...single } = positiveLags(at, n, words.length, streams);
  if (ended) return single;
  const blocks = Float64Array.from(words.subarray(0, Math.floor(n / 32)), popcount);
  return inBlocks(blocks, 32, variance / n, single, streams);
}

/** `blocks` are sums of `size` neighbours; `finer` is what was found at smaller ones: the larger sum is the safer. */
function inBlocks(
  blocks: Float64Array,
  size: number,
  variance: number,
  finer: Autocorrelation,
  streams: number,
): Autocorrelation {
  const n = blocks.length;
  const mean = blocks.reduce((sum, value) => sum + value, 0) / n;
  const centred = blocks.map((value) => value - mean);
  const product = (lag: number) => {
    let sum = 0;
    for (let i = lag; i < n; i += 1) sum += (centred[i] as number) * (centred[i - lag] as number);
    return sum / n;
  };
  const spread = product(0);
  if (spread === 0) return finer;
  const found = positiveLags((lag) => product(lag) / spread, n, n, Math.ceil(streams / size));
  const sum = ((spread * (1 + 2 * found.sum)) / (size * variance) - 1) / 2;
  const all = { rho1: finer.rho1, sum: Math.max(sum, finer.sum), lags: (found.lags + 1) * size };
  if (found.ended) return all;
  const sixteen = Float64Array.from({ length: Math.floor(n / 16) }, (_, i) =>
    blocks.subarray(i * 16, i * 16 + 16).reduce((total, value) => total + value, 0),
  );
  return inBlocks(sixteen, size * 16, variance, all, streams);
}

/** Of n values; a lag touches so many `words`, lags go in groups. `ended`: a group was not above 0, or there are no more. */
function positiveLags(
  rho: (lag: number) => number,
  n: number,
  words: number,
  group: number,
): Autocorrelation & { ended: boolean } {
  const most = Math.min(n - 1, Math.max(LEAST_LAGS, group, Math.floor(WORK / words)));
  const rho1 = rho(1);
  let sum = 0;
  for (let from = 1; from <= most; from += group) {
    const to = Math.min(most, from + group - 1);
    let together = from === 1 ? rho1 : 0;
    for (let lag = from === 1 ? 2 : from; lag <= to; lag += 1) together += rho(lag);
    if (together <= DUST) return { rho1, sum, lags: from - 1, ended: true };
    sum += together;
  }
  return { rho1, sum, lags: most, ended: most === n - 1 };
}
