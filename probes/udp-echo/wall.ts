/** A cell's start in wall time, as packets' timestamps are written and read: whole seconds, and the rest in ns. */
export interface WallStart {
  seconds: number;
  ns: number;
}

export function wallStart(startedUnixNs: bigint): WallStart {
  return { seconds: Number(startedUnixNs / 1_000_000_000n), ns: Number(startedUnixNs % 1_000_000_000n) };
}
