import { GOODPUT_METRICS, INTERVAL_COLUMNS } from '../../src/contract/intervals.ts';
import type { ProbeKind } from '../../src/contract/kind.ts';
import { DNS_MS } from '../../src/contract/samples.ts';
import { throughputCost, throughputSamples } from '../../src/contract/throughput-options.ts';
import { options, type TcpThroughputOptions } from './options.ts';

const tables = { interval: INTERVAL_COLUMNS };

const metrics = { ...GOODPUT_METRICS, dns_ms: DNS_MS };

/** What several TCP connections to an agent carry, each way, counted where it arrives. */
export const tcpThroughput: ProbeKind<TcpThroughputOptions, typeof tables, keyof typeof metrics> = {
  name: 'tcp-throughput',
  doc: 'Throughput of several TCP connections to an agent, each way: as much as they take, counted where it arrives.',
  sites: 'pair',
  targets: [],
  options,
  tables,
  metrics,
  headline: ['goodput_fwd_bps', 'goodput_rev_bps'],
  cost: (o, path) => throughputCost({ ...o, payloadBytes: 0 }, path),
  samples: throughputSamples,
  roles: {
    initiator: () => import('./initiator.ts'),
    responder: () => import('./responder.ts'),
  },
  reduce: () => import('./metrics.ts'),
};
