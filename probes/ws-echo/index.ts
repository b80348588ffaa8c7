import type { ProbeKind } from '../../src/contract/kind.ts';
import { CONNECT_MS, DELAY_METRICS, DNS_MS, FAILURE_RATIO, SAMPLE_COLUMNS } from '../../src/contract/samples.ts';
import { plannedCount, scheduledSamples, scheduleNs } from '../../src/contract/schedule.ts';
import { TCP_INFO_COLUMNS, TCP_INFO_METRICS, tcpInfoRows } from '../../src/contract/tcp-info.ts';
import { HTTP_SECRETS } from '../../src/measure/http-options.ts';
import { options, type WsEchoOptions } from './options.ts';

const tables = {
  echo: SAMPLE_COLUMNS,
  /** One row: the opening of the WebSocket. */
  handshake: { connect: 'ns', tls: 'ns', upgrade: 'ns' },
  tcp_info: TCP_INFO_COLUMNS,
} as const;

const metrics = {
  ...DELAY_METRICS,
  rtt_ms: {
    ...DELAY_METRICS.rtt_ms,
    doc: 'Round-trip time, from handing a message to the WebSocket (framing and masking included) to the arrival of the last byte of its reply.',
  },
  handshake_ms: {
    unit: 'ms',
    better: 'lower',
    form: 'scalar',
    doc: 'HTTP upgrade: from sending the request to the arrival of the 101 response. The TCP and TLS handshakes before it are not included. Taken once, so cold at both ends: up to 1 ms of it may be the instrument’s own.',
    ref: 'RFC 6455 §4',
  },
  connect_ms: CONNECT_MS,
  tls_ms: {
    unit: 'ms',
    better: 'lower',
    form: 'scalar',
    doc: 'TLS handshake of the connection that the cell was measured over, after the TCP handshake; missing without TLS.',
    ref: 'RFC 8446',
  },
  failure_ratio: FAILURE_RATIO,
  ...TCP_INFO_METRICS,
  dns_ms: DNS_MS,
} as const;

/** What the handshakes of HTTP and TLS take at most, each way. */
const OPENING_BYTES = 32 * 1024;
/** The longest header of a frame of at most 64 KiB. */
const FRAME_BYTES = 14;
const TLS_RECORD_BYTES = 29;
const TLS_RECORD_PAYLOAD = 16 * 1024;
/** Round-trip time over one WebSocket to an agent or to any endpoint that sends back what it gets, open-loop. */
export const wsEcho: ProbeKind<WsEchoOptions, typeof tables, keyof typeof metrics> = {
  name: 'ws-echo',
  doc: 'Round-trip time over one WebSocket to an agent, or to any endpoint that sends back what it gets: messages leave on a fixed schedule, several may be on their way.',
  sites: 'pair',
  targets: ['ws', 'wss'],
  options,
  secrets: HTTP_SECRETS,
  tables,
  metrics,
  headline: ['rtt_ms', 'ipdv_abs_ms', 'failure_ratio'],
  cost(o) {
    const count = plannedCount(o);
    const framed = o.size + FRAME_BYTES;
    const wire = framed + TLS_RECORD_BYTES * Math.ceil(framed / TLS_RECORD_PAYLOAD);
    const bytes = OPENING_BYTES + count * wire;
    const common = {
      // Connecting, the upgrade and the last reply may take the timeout each.
      durationNs: scheduleNs(o) + 3 * o.timeout,
      bytesOut: bytes,
      connections: 1,
      payloadBytes: o.size,
      bps: Math.ceil(o.rate * wire * 8),
      packetsPerSecond: Math.ceil(o.rate),
    };
    return [
      // A target may say as much again besides its echoes.
      {
        ...common,
        bytesIn: 2 * bytes,
        rows: { echo: count, handshake: 1, tcp_info: tcpInfoRows(1, common.durationNs) },
      },
      { ...common, bytesIn: bytes, rows: {} },
    ];
  },
  samples: scheduledSamples,
  roles: {
    initiator: () => import('./initiator.ts'),
    responder: () => import('./responder.ts'),
  },
  reduce: () => import('./metrics.ts'),
};
