import type { Estimate } from '../../src/contract/estimate.ts';
import type { Reduce } from '../../src/contract/kind.ts';
import { plannedCount } from '../../src/contract/schedule.ts';
import { dnsMs } from '../../src/stats/facts.ts';
import { judgedVariation } from '../../src/stats/judged-variation.ts';
import { countOutcomes, echoEstimates, failureRatio, sendLateness } from '../../src/stats/latency.ts';
import { tcpInfoEstimates } from '../../src/stats/tcp-info.ts';
import type { wsEcho } from './index.ts';
import type { WsEchoOptions } from './options.ts';

export const reduce: Reduce<WsEchoOptions, typeof wsEcho.tables, keyof typeof wsEcho.metrics> = (options, seats) => {
  const initiator = seats.find(({ seat }) => seat === 0);
  if (initiator === undefined) throw new RangeError('no records of the initiator');
  const { echo, handshake } = initiator.rows;
  const counts = countOutcomes(echo.outcome, plannedCount(options));
  const estimates = echoEstimates(echo);
  return {
    counts,
    metrics: {
      ...estimates,
      handshake_ms: onlyMs(handshake.upgrade, 'it was not timed'),
      connect_ms: onlyMs(handshake.connect, 'it was not timed'),
      tls_ms: onlyMs(handshake.tls, 'the connection had no TLS'),
      failure_ratio: failureRatio(counts, estimates.rtt_ms),
      ...tcpInfoEstimates(initiator.rows.tcp_info),
      dns_ms: dnsMs(initiator.facts),
    },
    judged: judgedVariation(echo),
    sendLateness: sendLateness(echo),
  };
};

/** The value in the handshake's one row, in ms; `absent` says why there may be a row without it. */
function onlyMs(column: Float64Array, absent: string): Estimate {
  const ns = column[0];
  if (ns === undefined) return { is: 'missing', why: 'no WebSocket was opened' };
  return Number.isNaN(ns) ? { is: 'missing', why: absent } : { is: 'scalar', value: ns / 1e6 };
}
