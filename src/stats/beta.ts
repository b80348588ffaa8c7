import { NetprobeError } from '../contract/error.ts';

const TINY = 1e-300;
/** Half the natural logarithm of 2π. */
const HALF_LN_2PI = 0.9189385332046728;

/**
 * The regularised incomplete beta function I_x(a, b) for real a, b > 0. y = 1 − x is given as well, so that neither loses
 * digits where it is small. Continued fraction of Didonato and Morris (ACM TOMS 708, 1992) by Lentz's method, times a
 * density in Loader's saddle-point form (Fast and accurate computation of binomial probabilities, 2000): log-gammas of a
 * million leave too few digits. Relative error about 1e-13 for a + b up to 1e7. It throws rather than give a value that
 * did not converge, which happens only for a or b below 0.05.
 */
export function incompleteBeta(a: number, b: number, x: number, y: number): number {
  if (!(a > 0 && b > 0 && x >= 0 && y >= 0))
    throw new NetprobeError('NETPROBE_INTERNAL', `incomplete beta of a=${a} b=${b} x=${x}`);
  if (x === 0) return 0;
  if (y === 0) return 1;
  // On this side of the mean the fraction converges fast, and a small result is computed as such, not as 1 − nearly 1.
  if (a * y >= b * x) return lower(a, b, x, y);
  return 1 - lower(b, a, y, x);
}

function lower(a: number, b: number, x: number, y: number): number {
  return ((a * b) / (a + b)) * density(a, b, x, y) * fraction(a, b, x, y);
}

/** Γ(a+b+1)/(Γ(a+1)Γ(b+1)) x^a y^b: for whole numbers the binomial probability of a successes in a + b. */
function density(a: number, b: number, x: number, y: number): number {
  const n = a + b;
  const exponent = stirlingError(n) - stirlingError(a) - stirlingError(b) - deviance(a, n * x) - deviance(b, n * y);
  return Math.exp(exponent + 0.5 * Math.log(n / a / b) - HALF_LN_2PI);
}

/** ln Γ(z+1) minus Stirling's formula for it, z > 0. Below 16 by the recurrence from above. */
function stirlingError(z: number): number {
  let error = 0;
  let up = z;
  for (; up < 16; up += 1) error += (up + 0.5) * Math.log1p(1 / up) - 1;
  const s = 1 / (up * up);
  return error + (1 / 12 - s * (1 / 360 - s * (1 / 1260 - s * (1 / 1680 - s * (1 / 1188 - (s * 691) / 360360))))) / up;
}

/** x ln(x/m) + m − x without cancellation when x is near m. */
function deviance(x: number, m: number): number {
  const d = x - m;
  if (Math.abs(d) >= 0.1 * (x + m)) return x * Math.log(x / m) - d;
  const v = d / (x + m);
  let sum = d * v;
  let term = 2 * x * v;
  for (let j = 1; ; j += 1) {
    term *= v * v;
    const next = sum + term / (2 * j + 1);
    if (next === sum) return sum;
    sum = next;
  }
}

/** Valid for x up to the mean a/(a+b). Steps grow with √max(a, b) at most; the limit stops only what would never end. */
function fraction(a: number, b: number, x: number, y: number): number {
  const lambda = a * y - b * x;
  const most = 1000 + 20 * Math.sqrt(Math.max(a, b));
  let c = away((a / (a + 1)) * (lambda + 1));
  let d = 0;
  let h = c;
  for (let m = 1; m <= most; m += 1) {
    const odd = a + 2 * m - 1;
    const numerator = ((a + m - 1) / odd) * ((a + b + m - 1) / odd) * m * (b - m) * x * x;
    const denominator = m + (m * (b - m) * x) / odd + ((a + m) / (odd + 2)) * (lambda + 1 + m * (1 + y));
    d = 1 / away(denominator + numerator * d);
    c = away(denominator + numerator / c);
    h *= c * d;
    if (Math.abs(c * d - 1) < 1e-15) return 1 / h;
  }
  throw new NetprobeError('NETPROBE_INTERNAL', `incomplete beta did not converge: a=${a} b=${b} x=${x}`);
}

function away(value: number): number {
  return Math.abs(value) < TINY ? TINY : value;
}
