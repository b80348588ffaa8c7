import { NetprobeError } from '../contract/error.ts';
import type { AgentLimits } from '../contract/hello.ts';
import type { Cost } from '../contract/kind.ts';
import { formatDuration, formatSize } from '../contract/units.ts';

/** What an agent does at most unless its owner says otherwise. */
export const DEFAULT_LIMITS: AgentLimits = {
  durationNs: 600e9,
  connections: 10_000,
  streams: 128,
  payloadBytes: 1024 * 1024,
  sessions: 16,
};

/** Rows that a session may have an agent keep, whatever its owner says: they are in memory until it ends. */
const MAX_ROWS = 5_000_000;

/** Throws NETPROBE_LIMIT_EXCEEDED when a session would use more than the agent grants. */
export function checkLimits(cost: Cost, limits: AgentLimits): void {
  const saturating = cost.bps === 'saturating';
  const rules: [string, number, number, (n: number) => string][] = [
    ['duration', cost.durationNs, limits.durationNs, formatDuration],
    saturating
      ? ['streams', cost.connections, limits.streams, String]
      : ['connections', cost.connections, limits.connections, String],
    ['payload', cost.payloadBytes, limits.payloadBytes, formatSize],
    ['records', Object.values(cost.rows).reduce((sum, rows) => sum + rows, 0), MAX_ROWS, String],
  ];
  for (const [what, asked, most, format] of rules) {
    if (asked <= most) continue;
    throw new NetprobeError('NETPROBE_LIMIT_EXCEEDED', `the agent's ${what} limit is ${format(most)}`, {
      expected: `at most ${format(most)}`,
      found: format(asked),
      hint: 'ask for less in sites.yaml, or have the agent started with a higher limit',
    });
  }
}
