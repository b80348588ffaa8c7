import type { Reduce } from '../../src/contract/kind.ts';
import { plannedCount } from '../../src/contract/schedule.ts';
import { dnsMs, scalarFact } from '../../src/stats/facts.ts';
import { judgedVariation } from '../../src/stats/judged-variation.ts';
import { countOutcomes, echoEstimates, failureRatio, sendLateness } from '../../src/stats/latency.ts';
import { tcpInfoEstimates } from '../../src/stats/tcp-info.ts';
import type { tcpEcho } from './index.ts';
import type { TcpEchoOptions } from './options.ts';

export const reduce: Reduce<TcpEchoOptions, typeof tcpEcho.tables, keyof typeof tcpEcho.metrics> = (options, seats) => {
  const initiator = seats.find(({ seat }) => seat === 0);
  if (initiator === undefined) throw new RangeError('no records of the initiator');
  const rows = initiator.rows.echo;
  const counts = countOutcomes(rows.outcome, plannedCount(options));
  const estimates = echoEstimates(rows);
  return {
    counts,
    metrics: {
      ...estimates,
      failure_ratio: failureRatio(counts, estimates.rtt_ms),
      connect_ms: scalarFact(initiator.facts, 'connect_ns', 1e6, 'no connection was made'),
      ...tcpInfoEstimates(initiator.rows.tcp_info),
      dns_ms: dnsMs(initiator.facts),
    },
    judged: judgedVariation(rows),
    sendLateness: sendLateness(rows),
  };
};
