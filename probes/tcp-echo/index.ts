import type { ProbeKind } from '../../src/contract/kind.ts';
import { CONNECT_MS, DELAY_METRICS, DNS_MS, FAILURE_RATIO, SAMPLE_COLUMNS } from '../../src/contract/samples.ts';
import { plannedCount, scheduledSamples, scheduleNs } from '../../src/contract/schedule.ts';
import { TCP_INFO_COLUMNS, TCP_INFO_METRICS, tcpInfoRows } from '../../src/contract/tcp-info.ts';
import { PREFACE_BYTES } from '../../src/wire/preface.ts';
import { options, type TcpEchoOptions } from './options.ts';

const tables = { echo: SAMPLE_COLUMNS, tcp_info: TCP_INFO_COLUMNS };

const metrics = {
  ...DELAY_METRICS,
  failure_ratio: FAILURE_RATIO,
  connect_ms: CONNECT_MS,
  ...TCP_INFO_METRICS,
  dns_ms: DNS_MS,
};

/** Round-trip time over one kept TCP connection to an agent, open-loop. */
export const tcpEcho: ProbeKind<TcpEchoOptions, typeof tables, keyof typeof metrics> = {
  name: 'tcp-echo',
  doc: 'Round-trip time over one kept TCP connection to an agent: requests leave on a fixed schedule, several may be on their way.',
  sites: 'pair',
  targets: [],
  options,
  tables,
  metrics,
  headline: ['rtt_ms', 'ipdv_abs_ms', 'failure_ratio'],
  cost(o) {
    const count = plannedCount(o);
    const bytes = PREFACE_BYTES + count * o.size;
    const common = {
      durationNs: scheduleNs(o) + 2 * o.timeout,
      connections: 1,
      payloadBytes: o.size,
      bps: Math.ceil(o.rate * o.size * 8),
      packetsPerSecond: Math.ceil(o.rate),
    };
    return [
      {
        ...common,
        bytesOut: bytes,
        bytesIn: bytes,
        rows: { echo: count, tcp_info: tcpInfoRows(1, common.durationNs) },
      },
      { ...common, bytesOut: bytes, bytesIn: bytes, rows: {} },
    ];
  },
  samples: scheduledSamples,
  roles: {
    initiator: () => import('./initiator.ts'),
    responder: () => import('./responder.ts'),
  },
  reduce: () => import('./metrics.ts'),
};
