/**
 * The slope of the straight line that lies under all points and comes closest to them: of all lines under them the one
 * with the least sum of distances, which is the estimate of a clock's skew by linear programming of Moon, Skelly and
 * Towsley ("Estimation and removal of clock skew from network delay measurements", INFOCOM 1999). That line runs along
 * the edge of the lower convex hull at the mean of the times, so it takes O(n).
 *
 * Points that are not finite, or stand before an earlier one's time, are passed over. Undefined when all times are the
 * same, or there are fewer than `least` points.
 */
export function slopeUnder(times: Float64Array, delays: Float64Array, least = 2): number | undefined {
  const hull = new Uint32Array(times.length);
  let corners = 0;
  let n = 0;
  let sum = 0;
  let first = 0;
  let latest = -Infinity;
  for (let i = 0; i < times.length; i += 1) {
    const time = times[i] as number;
    if (!Number.isFinite(time) || !Number.isFinite(delays[i] as number) || time < latest) continue;
    if (n === 0) first = time;
    n += 1;
    sum += time - first;
    if (time === latest) {
      // Of points at one time only the lowest can be a corner.
      if ((delays[i] as number) >= (delays[hull[corners - 1] as number] as number)) continue;
      corners -= 1;
    }
    latest = time;
    while (corners > 1 && !turnsUp(hull[corners - 2] as number, hull[corners - 1] as number, i)) corners -= 1;
    hull[corners] = i;
    corners += 1;
  }
  if (n < least || corners < 2) return undefined;
  const mean = first + sum / n;
  let edge = 1;
  while (edge < corners - 1 && (times[hull[edge] as number] as number) < mean) edge += 1;
  return slope(hull[edge - 1] as number, hull[edge] as number);

  function slope(from: number, to: number): number {
    return ((delays[to] as number) - (delays[from] as number)) / ((times[to] as number) - (times[from] as number));
  }

  /** Whether the way from a over b to c bends upwards at b. */
  function turnsUp(a: number, b: number, c: number): boolean {
    const rise = (i: number) => (delays[i] as number) - (delays[a] as number);
    const run = (i: number) => (times[i] as number) - (times[a] as number);
    return rise(b) * run(c) < rise(c) * run(b);
  }
}
