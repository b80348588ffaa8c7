/**
 * Starts watching how busy this thread is; the returned function tells the share of the time since then that its event
 * loop was not waiting, 0 to 1.
 */
export function watchBusy(): () => number {
  const started = performance.eventLoopUtilization();
  return () => Number(performance.eventLoopUtilization(started).utilization.toFixed(4));
}
