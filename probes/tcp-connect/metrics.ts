import type { Reduce } from '../../src/contract/kind.ts';
import { plannedCount } from '../../src/contract/schedule.ts';
import { dnsMs } from '../../src/stats/facts.ts';
import { countOutcomes, delays, failureRatio, sendLateness } from '../../src/stats/latency.ts';
import type { tcpConnect } from './index.ts';
import type { TcpConnectOptions } from './options.ts';

export const reduce: Reduce<TcpConnectOptions, typeof tcpConnect.tables, keyof typeof tcpConnect.metrics> = (
  options,
  seats,
) => {
  const initiator = seats.find(({ seat }) => seat === 0);
  if (initiator === undefined) throw new RangeError('no records of the initiator');
  const rows = initiator.rows.connect;
  const counts = countOutcomes(rows.outcome, plannedCount(options));
  const zero = new Float64Array(rows.seq.length);
  const handshakes = delays(rows, zero, rows.handshake);
  return {
    counts,
    metrics: {
      connect_ms: handshakes,
      failure_ratio: failureRatio(counts, handshakes),
      dns_ms: dnsMs(initiator.facts),
    },
    sendLateness: sendLateness(rows),
  };
};
