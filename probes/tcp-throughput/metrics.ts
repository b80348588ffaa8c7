import type { Reduce } from '../../src/contract/kind.ts';
import { dnsMs } from '../../src/stats/facts.ts';
import { throughputEstimates } from '../../src/stats/throughput.ts';
import type { tcpThroughput } from './index.ts';
import type { TcpThroughputOptions } from './options.ts';

export const reduce: Reduce<TcpThroughputOptions, typeof tcpThroughput.tables, keyof typeof tcpThroughput.metrics> = (
  options,
  seats,
) => {
  const { counts, metrics } = throughputEstimates(options, seats);
  const facts = seats.find(({ seat }) => seat === 0)?.facts ?? [];
  return {
    counts,
    metrics: { ...metrics, dns_ms: dnsMs(facts) },
    sendLateness: { is: 'missing', why: 'throughput has no schedule' },
  };
};
