import type { Estimate } from '../contract/estimate.ts';
import type { TCP_INFO_COLUMNS, TCP_INFO_METRICS } from '../contract/tcp-info.ts';

type Rows = Record<keyof typeof TCP_INFO_COLUMNS, Float64Array>;

/** The estimates of TCP_INFO_METRICS from the table's rows. */
export function tcpInfoEstimates(rows: Rows | undefined): Record<keyof typeof TCP_INFO_METRICS, Estimate> {
  const missing = { is: 'missing', why: 'the kernel’s view of the connection was not to be had' } as const;
  if (rows === undefined) return { kernel_rtt_ms: missing, retransmitted_segments: missing };
  const known = [...rows.at.keys()].filter((row) => !Number.isNaN(rows.rtt[row]));
  const last = new Map<number, number>();
  for (const row of rows.at.keys()) {
    const count = rows.retransmits[row] as number;
    if (!Number.isNaN(count)) last.set(rows.connection[row] as number, count);
  }
  return {
    kernel_rtt_ms:
      known.length === 0
        ? missing
        : {
            is: 'sample',
            values: Float64Array.from(known, (row) => (rows.rtt[row] as number) / 1e6),
            at: Float64Array.from(known, (row) => rows.at[row] as number),
          },
    retransmitted_segments:
      last.size === 0 ? missing : { is: 'scalar', value: [...last.values()].reduce((sum, count) => sum + count, 0) },
  };
}
