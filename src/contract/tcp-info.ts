import type { Metric } from './kind.ts';
import type { Ns } from './records.ts';

/**
 * What this end's kernel said of its TCP connections, now and then: a lane fills a kind's table of this name by itself.
 * Counters run from the connection's start; null: this kernel does not tell. Times are ns, as everywhere.
 */
export const TCP_INFO_COLUMNS = {
  at: 'ns',
  connection: 'uint',
  rtt: 'ns',
  rttvar: 'ns',
  min_rtt: 'ns',
  cwnd_segments: 'uint',
  mss_bytes: 'uint',
  retransmits: 'uint',
  bytes_sent: 'uint',
  bytes_retransmitted: 'uint',
  bytes_acked: 'uint',
  bytes_received: 'uint',
  delivery_rate_bps: 'float',
  busy: 'ns',
  rwnd_limited: 'ns',
  sndbuf_limited: 'ns',
} as const;

/** The name of the table. */
export const TCP_INFO_TABLE = 'tcp_info';

/** How often connections are looked at. */
export const TCP_INFO_EVERY_NS: Ns = 500e6;

/** Rows of that table in a cell's worst case: one at the beginning and the end, and one for each interval between. */
export function tcpInfoRows(connections: number, durationNs: Ns): number {
  return connections * (Math.ceil(durationNs / TCP_INFO_EVERY_NS) + 2);
}

export const TCP_INFO_METRICS = {
  kernel_rtt_ms: {
    unit: 'ms',
    better: 'lower',
    form: 'sample',
    doc: 'The kernel’s smoothed round-trip time of the connection, twice a second: includes the peer’s delayed acknowledgements.',
    ref: 'RFC 6298',
  },
  retransmitted_segments: {
    unit: '1',
    better: 'lower',
    form: 'scalar',
    doc: 'Segments that this end sent again. TCP hides loss behind waiting: this is where it shows.',
    ref: 'RFC 4898',
  },
} as const satisfies Record<string, Metric>;
