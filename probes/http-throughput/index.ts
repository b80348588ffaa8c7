import { GOODPUT_METRICS, INTERVAL_COLUMNS } from '../../src/contract/intervals.ts';
import type { ProbeKind } from '../../src/contract/kind.ts';
import { DNS_MS } from '../../src/contract/samples.ts';
import { throughputCost, throughputSamples } from '../../src/contract/throughput-options.ts';
import { HTTP_SECRETS } from '../../src/measure/http-options.ts';
import { type HttpThroughputOptions, options } from './options.ts';

const tables = { interval: INTERVAL_COLUMNS };

const metrics = { ...GOODPUT_METRICS, dns_ms: DNS_MS };

/** What several HTTP/1.1 connections carry: both ways with an agent, from any large URL without one. */
export const httpThroughput: ProbeKind<HttpThroughputOptions, typeof tables, keyof typeof metrics> = {
  name: 'http-throughput',
  doc: 'Throughput of several HTTP/1.1 connections: both ways with an agent, or downloads of any large URL. Bodies are counted as the HTTP parser delivers them, without heads and chunk framing. An object that ends early is fetched again: the pauses between fetches are part of the figure. On fast paths the parser’s CPU is the limit, about 10 Gbit/s a core.',
  sites: 'pair',
  targets: ['http', 'https'],
  options,
  secrets: HTTP_SECRETS,
  tables,
  metrics,
  headline: ['goodput_fwd_bps', 'goodput_rev_bps'],
  cost(o, path) {
    const streams = o.direction === 'duplex' ? 2 * o.connections : o.connections;
    return throughputCost({ ...o, streams, payloadBytes: 0 }, path);
  },
  refuses({ direction }) {
    return direction === 'reverse' ? undefined : 'an upload needs an agent; set direction: reverse';
  },
  samples: throughputSamples,
  roles: {
    initiator: () => import('./initiator.ts'),
    responder: () => import('./responder.ts'),
  },
  reduce: () => import('./metrics.ts'),
};
