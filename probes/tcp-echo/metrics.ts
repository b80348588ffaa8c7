import type { Reduce } from '../../src/contract/kind.ts';
import { plannedCount } from '../../src/contract/schedule.ts';
import { dnsMs, scalarFact } from '../../src/stats/facts.ts';
import { countOutcomes, echoEstimates, failureRatio, sendLateness } from '../../src/stats/latency.ts';
import type { tcpEcho } from './index.ts';
import type { TcpEchoOptions } from './options.ts';

export const reduce: Reduce<TcpEchoOptions, typeof tcpEcho.tables, keyof typeof tcpEcho.metrics> = (options, seats) => {
  const initiator = seats.find(({ seat }) => seat === 0);
  if (initiator === undefined) throw new RangeError('no records of the initiator');
  const rows = initiator.rows.echo;
  const counts = countOutcomes(rows.outcome, plannedCount(options));
  return {
    counts,
    metrics: {
      ...echoEstimates(rows),
      failure_ratio: failureRatio(counts),
      connect_ms: scalarFact(initiator.facts, 'connect_ns', 1e6, 'no connection was made'),
      dns_ms: dnsMs(initiator.facts),
    },
    sendLateness: sendLateness(rows),
  };
};
