import type { Estimate } from '../../src/contract/estimate.ts';
import type { Reduce } from '../../src/contract/kind.ts';
import { outcomeOf } from '../../src/contract/outcome.ts';
import type { SeatRecords } from '../../src/contract/records.ts';
import { plannedCount } from '../../src/contract/schedule.ts';
import { dnsMs } from '../../src/stats/facts.ts';
import { bySequence, countOutcomes, delays, failureRatio, sendLateness } from '../../src/stats/latency.ts';
import type { httpRequest } from './index.ts';
import type { HttpRequestOptions } from './options.ts';

type Rows = SeatRecords<typeof httpRequest.tables>['rows'];

const NS_PER_MS = 1e6;

export const reduce: Reduce<HttpRequestOptions, typeof httpRequest.tables, keyof typeof httpRequest.metrics> = (
  options,
  seats,
) => {
  const initiator = seats.find(({ seat }) => seat === 0);
  if (initiator === undefined) throw new RangeError('no records of the initiator');
  const { request: rows, connection } = initiator.rows;
  const counts = countOutcomes(rows.outcome, plannedCount(options));
  const first = rows.received.map((received, row) => received - (rows.transfer[row] as number));
  const zero = new Float64Array(rows.seq.length);
  const opened = options.connection === 'new' ? inOrder(rows) : connection;
  const connected = opened.connect.some(Number.isFinite);
  const durations = delays(rows, rows.sent, rows.received);
  return {
    counts,
    metrics: {
      duration_ms: durations,
      response_ms: delays(rows, rows.intended, rows.received),
      ttfb_ms: delays(rows, rows.sent, first),
      // A request that was not answered rightly has no such phase: late without bound, as in duration_ms.
      wait_ms: delays(rows, zero, rows.wait),
      transfer_ms: delays(rows, zero, rows.transfer),
      send_ms: delays(rows, zero, rows.send),
      connect_ms: present(opened.connect, opened.opened, 'no connection was opened'),
      tls_ms: present(opened.tls, opened.opened, connected ? 'no TLS' : 'no connection was opened'),
      failure_ratio: failureRatio(counts, durations),
      dns_ms: dnsMs(initiator.facts),
    },
    // Waiting for a connection is the server's slowness: the schedule's own error ends when a request is released.
    sendLateness: sendLateness({ ...rows, sent: rows.released }),
  };
};

/** Handshakes of the requests' own connections, in the order of release; one that failed is late without bound. */
function inOrder(rows: Rows['request']) {
  const order = bySequence(rows.seq);
  const ended = (row: number) => outcomeOf(rows.outcome[row] as number);
  const failed = (row: number) => !['received', 'skipped', 'local'].includes(ended(row) ?? '');
  const or = (column: Float64Array, lost: (row: number) => boolean) =>
    column.map((ns, row) => (Number.isNaN(ns) && lost(row) ? Number.POSITIVE_INFINITY : ns));
  return {
    opened: pick(rows.intended, order),
    connect: pick(or(rows.connect, failed), order),
    tls: pick(
      or(rows.tls, (row) => ended(row) === 'tls'),
      order,
    ),
  };
}

function pick(column: Float64Array, order: Uint32Array): Float64Array {
  return Float64Array.from(order, (row) => column[row] as number);
}

/** The values of a column of ns that are there, in ms. */
function present(column: Float64Array, at: Float64Array, why: string): Estimate {
  const there = (_: number, row: number) => !Number.isNaN(column[row] as number);
  const values = column.filter(there);
  if (values.length === 0) return { is: 'missing', why };
  return { is: 'sample', values: values.map((ns) => ns / NS_PER_MS), at: at.filter(there) };
}
