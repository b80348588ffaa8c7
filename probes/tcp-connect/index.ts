import type { ProbeKind } from '../../src/contract/kind.ts';
import { DNS_MS, FAILURE_RATIO, SAMPLE_COLUMNS } from '../../src/contract/samples.ts';
import { plannedCount, scheduledSamples, scheduleNs } from '../../src/contract/schedule.ts';
import { options, type TcpConnectOptions } from './options.ts';

const tables = { connect: { ...SAMPLE_COLUMNS, handshake: 'ns' } } as const;

const metrics = {
  connect_ms: {
    unit: 'ms',
    better: 'lower',
    form: 'sample',
    doc: 'TCP handshake: from connect(2) to the connection being established, one round trip and the peer’s accept queue.',
    ref: 'RFC 9293 §3.5',
  },
  failure_ratio: {
    ...FAILURE_RATIO,
    doc: 'Connections that were refused, timed out, unreachable or reset, of those tried.',
  },
  dns_ms: DNS_MS,
} as const;

/** Bytes of a handshake and its end, with headers: for the plan's totals only. */
const HANDSHAKE_BYTES = 300;

/** Handshake time to any TCP port; needs no agent. */
export const tcpConnect: ProbeKind<TcpConnectOptions, typeof tables, keyof typeof metrics> = {
  name: 'tcp-connect',
  doc: 'TCP handshake time to any port; needs no agent. Refused, timed out, unreachable and reset are told apart.',
  sites: 'target',
  targets: ['tcp'],
  options,
  tables,
  metrics,
  headline: ['connect_ms', 'failure_ratio'],
  cost(o) {
    const count = plannedCount(o);
    return [
      {
        durationNs: scheduleNs(o) + 2 * o.timeout,
        bytesOut: count * HANDSHAKE_BYTES,
        bytesIn: count * HANDSHAKE_BYTES,
        connections: count,
        payloadBytes: 0,
        bps: Math.ceil(o.rate * HANDSHAKE_BYTES * 8),
        packetsPerSecond: Math.ceil(o.rate),
        rows: { connect: count },
      },
    ];
  },
  samples: scheduledSamples,
  roles: { initiator: () => import('./initiator.ts') },
  reduce: () => import('./metrics.ts'),
};
