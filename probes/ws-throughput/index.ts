import { GOODPUT_METRICS, INTERVAL_COLUMNS } from '../../src/contract/intervals.ts';
import type { ProbeKind } from '../../src/contract/kind.ts';
import { DNS_MS } from '../../src/contract/samples.ts';
import { throughputCost, throughputSamples } from '../../src/contract/throughput-options.ts';
import { options, type WsThroughputOptions } from './options.ts';

const tables = { interval: INTERVAL_COLUMNS };

const metrics = { ...GOODPUT_METRICS, dns_ms: DNS_MS };

/** What several WebSockets to an agent carry, each way, counted where it arrives. */
export const wsThroughput: ProbeKind<WsThroughputOptions, typeof tables, keyof typeof metrics> = {
  name: 'ws-throughput',
  doc: 'Throughput of several WebSockets to an agent, each way: payload of whole messages, counted where they arrive. What from → to carries is masked (RFC 6455 §5.3), which costs both ends CPU: beyond 1 or 2 Gbit/s that may be the limit, not the path.',
  sites: 'pair',
  targets: [],
  options,
  tables,
  metrics,
  headline: ['goodput_fwd_bps', 'goodput_rev_bps'],
  cost: (o, path) => throughputCost({ ...o, payloadBytes: o.size }, path),
  samples: throughputSamples,
  roles: {
    initiator: () => import('./initiator.ts'),
    responder: () => import('./responder.ts'),
  },
  reduce: () => import('./metrics.ts'),
};
