import type { Metric, ProbeKind } from '../../src/contract/kind.ts';
import { DNS_MS, FAILURE_RATIO, SAMPLE_COLUMNS } from '../../src/contract/samples.ts';
import { scheduledSamples } from '../../src/contract/schedule.ts';
import { HTTP_SECRETS } from '../../src/measure/http-options.ts';
import { httpRequestCost } from './cost.ts';
import { type HttpRequestOptions, options } from './options.ts';

const tables = {
  /**
   * `released`: its turn came; from there to `sent` it waited for a connection. The phases are durations, from `sent`
   * to `received` without a gap, and null where they did not happen in the request itself.
   */
  request: {
    ...SAMPLE_COLUMNS,
    released: 'ns',
    connect: 'ns',
    tls: 'ns',
    send: 'ns',
    wait: 'ns',
    transfer: 'ns',
    status: 'uint',
    bytes: 'uint',
    /** 1: its connection had carried another request before. */
    reused: 'code',
  },
  /** Connections that are kept, as they are opened; `opened` is when one was ready. */
  connection: { opened: 'ns', connect: 'ns', tls: 'ns' },
} as const;

const delay = (doc: string, ref?: string) =>
  ({
    unit: 'ms',
    better: 'lower',
    form: 'sample',
    doc,
    ...(ref === undefined ? {} : { ref }),
  }) as const satisfies Metric;

const metrics = {
  duration_ms: delay(
    'From sending the request to the last byte of the answer; with `connection: new`, from connect(2) on: TCP and TLS handshakes included.',
  ),
  response_ms: delay(
    'From the intended send to the last byte of the answer: what an open-loop user waits, for a free connection too.',
  ),
  ttfb_ms: delay(
    'From the same start as duration_ms to the first byte of the answer’s head; interim (1xx) answers do not count.',
  ),
  wait_ms: delay(
    'From the request being sent to the first byte of the answer’s head: one round trip and the server’s own time.',
  ),
  transfer_ms: delay('From the first byte of the answer to its last.'),
  send_ms: delay('From the connection being ready to head and body being handed to the network stack.'),
  connect_ms: delay(
    'TCP handshake of every connection that was opened; with `connection: new`, of every request.',
    'RFC 9293 §3.5',
  ),
  tls_ms: delay('TLS handshake of every connection that was opened, after its TCP handshake.', 'RFC 8446'),
  failure_ratio: {
    ...FAILURE_RATIO,
    doc: 'Requests that were not answered in full, in time and with an expected status, of those sent.',
  },
  dns_ms: DNS_MS,
} as const;

/** Requests to any HTTP/1.1 server or to an agent, open-loop, with the phases of each. */
export const httpRequest: ProbeKind<HttpRequestOptions, typeof tables, keyof typeof metrics> = {
  name: 'http-request',
  doc: 'HTTP/1.1 requests to any URL or to an agent, on a fixed schedule, with the phases of each. Redirects are not followed.',
  sites: 'pair',
  targets: ['http', 'https'],
  options,
  secrets: [...HTTP_SECRETS, 'body'],
  tables,
  metrics,
  headline: ['duration_ms', 'wait_ms', 'failure_ratio'],
  cost: httpRequestCost,
  samples: scheduledSamples,
  roles: {
    initiator: () => import('./initiator.ts'),
    responder: () => import('./responder.ts'),
  },
  reduce: () => import('./metrics.ts'),
};
