import { NetprobeError } from './error.ts';
import type { AgentLimits } from './hello.ts';
import type { Cost } from './kind.ts';
import { formatDuration, formatSize } from './units.ts';

/** What an agent does at most unless its owner says otherwise. */
export const DEFAULT_LIMITS: AgentLimits = {
  durationNs: 600e9,
  connections: 10_000,
  streams: 128,
  payloadBytes: 1024 * 1024,
  sessions: 16,
  rows: 5_000_000,
};

/** An agent's sessions together may have it keep so many times the rows of one: they are in memory until each ends. */
const ROWS_OF_ALL = 4;

/** The rows that all sessions of an agent together may have it keep. */
export function rowsOfAll(limits: Pick<AgentLimits, 'rows'>): number {
  return ROWS_OF_ALL * limits.rows;
}

/** The rows of all of a seat's tables, at worst. */
export function rowsOf(cost: Pick<Cost, 'rows'>): number {
  return Object.values(cost.rows).reduce((sum, rows) => sum + rows, 0);
}

/**
 * NETPROBE_LIMIT_EXCEEDED for each of an agent's limits that a session of this cost would go beyond, none where it grants
 * it. The agent refuses with the first; whoever knows its limits needs not ask.
 */
export function beyondLimits(cost: Cost, limits: AgentLimits): NetprobeError[] {
  const rules: [string, number, number, (n: number) => string][] = [
    ['duration', cost.durationNs, limits.durationNs, formatDuration],
    cost.bps === 'saturating'
      ? ['streams', cost.connections, limits.streams, String]
      : ['connections', cost.connections, limits.connections, String],
    ['payload', cost.payloadBytes, limits.payloadBytes, formatSize],
    ['rows', rowsOf(cost), limits.rows, String],
  ];
  const beyond = rules.filter(([, asked, most]) => asked > most);
  return beyond.map(
    ([what, asked, most, format]) =>
      new NetprobeError('NETPROBE_LIMIT_EXCEEDED', `the agent's ${what} limit is ${format(most)}`, {
        expected: `at most ${format(most)}`,
        found: format(asked),
        hint: 'ask for less in sites.yaml, or have the agent started with a higher limit',
      }),
  );
}

/** Throws the first of what `beyondLimits` gives. */
export function checkLimits(cost: Cost, limits: AgentLimits): void {
  const [first] = beyondLimits(cost, limits);
  if (first !== undefined) throw first;
}
