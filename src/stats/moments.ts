/** Mean, and standard deviation with n − 1: null when there are fewer than two values. In the unit of the values. */
export interface Moments {
  mean: number;
  stddev: number | null;
}

/**
 * Moments of one or more finite values, in two passes: the mean with compensated summation (Neumaier), then squares of
 * differences from it, corrected for what the mean is off (Chan, Golub, LeVeque 1983). So neither a small spread far from
 * zero nor small values beside a huge one lose their digits.
 */
export function moments(values: Float64Array): Moments {
  const n = values.length;
  const mean = sum(values) / n;
  if (n < 2) return { mean, stddev: null };
  let squares = 0;
  let drift = 0;
  for (let i = 0; i < n; i += 1) {
    const d = (values[i] as number) - mean;
    squares += d * d;
    drift += d;
  }
  const variance = (squares - (drift * drift) / n) / (n - 1);
  return { mean, stddev: Math.sqrt(Math.max(0, variance)) };
}

function sum(values: Float64Array): number {
  let total = 0;
  let lost = 0;
  for (let i = 0; i < values.length; i += 1) {
    const value = values[i] as number;
    const next = total + value;
    lost += Math.abs(total) >= Math.abs(value) ? total - next + value : value - next + total;
    total = next;
  }
  return total + lost;
}
