/** The p-quantile by Hyndman and Fan's type 7, for every tool alike; NaN of nothing. */
export function quantile(values: Iterable<number>, p: number): number {
  const sorted = Float64Array.from(values).sort();
  if (sorted.length === 0) return Number.NaN;
  const at = (sorted.length - 1) * p;
  const low = Math.floor(at);
  const below = sorted[low] ?? Number.NaN;
  const above = sorted[Math.min(low + 1, sorted.length - 1)] ?? below;
  return below + (at - low) * (above - below);
}

export function median(values: Iterable<number>): number {
  return quantile(values, 0.5);
}
