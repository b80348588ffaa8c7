const MINUTE_MS = 60_000;
/** Before the first start anew within a minute, the second … : what dies again at once is not started again at once. */
const WAITS_MS = [0, 500, 1_000, 2_000, 4_000];

/**
 * Paces the restarts of something that dies: each call, at the time of a death, gives how many ms to wait before it is
 * started again: longer each time, so that no minute has more than five starts.
 */
export function restartPace(now: () => number): () => number {
  let starts: number[] = [];
  return () => {
    const at = now();
    starts = starts.filter((start) => start > at - MINUTE_MS);
    const earliest = at + (WAITS_MS[starts.length] ?? 0);
    const [oldest = -Infinity] = starts.slice(-WAITS_MS.length);
    const start = starts.length < WAITS_MS.length ? earliest : Math.max(earliest, oldest + MINUTE_MS);
    starts.push(start);
    return start - at;
  };
}
