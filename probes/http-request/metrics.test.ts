import { describe, expect, it } from 'vitest';
import { type Outcome, outcomeCode } from '../../src/contract/outcome.ts';
import type { Ns, SeatRecords } from '../../src/contract/records.ts';
import { httpRequest } from './index.ts';
import { reduce } from './metrics.ts';
import { options } from './options.ts';

type Tables = typeof httpRequest.tables;
type Row<K extends keyof Tables> = Partial<Record<keyof Tables[K], number>>;

const ms = (value: number): Ns => value * 1e6;
const code = (outcome: Outcome) => outcomeCode(outcome);

function columns<K extends keyof Tables>(table: K, rows: Row<K>[]) {
  const names = Object.keys(httpRequest.tables[table]) as (keyof Tables[K])[];
  const column = (name: keyof Tables[K]) => Float64Array.from(rows, (row) => row[name] ?? Number.NaN);
  return Object.fromEntries(names.map((name) => [name, column(name)])) as Record<keyof Tables[K], Float64Array>;
}

function reduced(given: Record<string, unknown>, request: Row<'request'>[], connection: Row<'connection'>[] = []) {
  const parsed = options.parse(given);
  if (!parsed.ok) throw new Error('options');
  const seat: SeatRecords<Tables> = {
    seat: 0,
    shard: 0,
    part: '',
    role: 'initiator',
    openedUnixNs: 0n,
    facts: [{ at: 0, name: 'peer', value: { dns_ns: 2_500_000 } }],
    rows: { request: columns('request', request), connection: columns('connection', connection) },
    close: null,
  };
  return reduce(parsed.value, [seat], {});
}

function values(estimate: { is: string; values?: Float64Array }) {
  return estimate.values === undefined ? estimate : [...estimate.values];
}

// Settled in this order; sent in that of seq. All due every 10 ms from 100 ms on.
const ROWS: Row<'request'>[] = [
  // Released 0.5 ms late, waited 7.5 ms for its connection, then 1 + 20 + 4 ms.
  {
    seq: 1,
    intended: ms(110),
    released: ms(110.5),
    sent: ms(118),
    received: ms(143),
    outcome: code('received'),
    send: ms(1),
    wait: ms(20),
    transfer: ms(4),
    status: 200,
    bytes: 10,
    reused: 1,
  },
  // At once: 2 + 30 + 8 ms.
  {
    seq: 0,
    intended: ms(100),
    released: ms(100.25),
    sent: ms(101),
    received: ms(141),
    outcome: code('received'),
    send: ms(2),
    wait: ms(30),
    transfer: ms(8),
    status: 204,
    bytes: 0,
    reused: 0,
  },
  // Answered in full, with another status.
  {
    seq: 2,
    intended: ms(120),
    released: ms(120),
    sent: ms(120),
    outcome: code('status'),
    send: ms(1),
    wait: ms(1),
    transfer: ms(1),
    status: 500,
    bytes: 3,
    reused: 1,
  },
  // Never got a connection.
  { seq: 3, intended: ms(130), released: ms(130), outcome: code('timeout') },
  // The cell ended.
  { seq: 4, intended: ms(140), released: ms(141), sent: ms(142), outcome: code('skipped'), send: ms(1) },
];

describe('the metrics of http-request', () => {
  it('count what became of each request', () => {
    const { counts, metrics } = reduced({ count: 6 }, ROWS);
    expect(counts).toEqual({ planned: 6, sent: 4, received: 2, lost: 1, failed: 1, skipped: 2, omitted: 0 });
    expect(metrics.failure_ratio).toMatchObject({ is: 'ratio', hits: 2, of: 4 });
    expect(metrics.dns_ms).toEqual({ is: 'scalar', value: 2.5 });
  });

  it('take failed requests as late beyond measure', () => {
    const { metrics } = reduced({ count: 6 }, ROWS);
    expect(values(metrics.duration_ms)).toEqual([40, 25, Infinity, Infinity]);
    expect(values(metrics.response_ms)).toEqual([41, 33, Infinity, Infinity]);
    expect(values(metrics.ttfb_ms)).toEqual([32, 21, Infinity, Infinity]);
  });

  it('take the phases of a request that was not answered rightly as late beyond measure too', () => {
    const { metrics } = reduced({ count: 6 }, ROWS);
    expect(values(metrics.send_ms)).toEqual([2, 1, Infinity, Infinity]);
    expect(values(metrics.wait_ms)).toEqual([30, 20, Infinity, Infinity]);
    expect(values(metrics.transfer_ms)).toEqual([8, 4, Infinity, Infinity]);
  });

  it('count waiting for a connection as the server’s slowness, not as the sender’s lateness', () => {
    const { sendLateness } = reduced({ count: 6 }, ROWS);
    expect(values(sendLateness)).toEqual([0.25, 0.5, 0, 0]);
  });

  it('take handshakes from the connections that are kept', () => {
    const kept = [
      { opened: ms(10), connect: ms(3), tls: ms(6) },
      { opened: ms(20), connect: ms(4), tls: ms(7) },
    ];
    const { metrics } = reduced({ count: 6 }, ROWS, kept);
    expect(metrics.connect_ms).toEqual({
      is: 'sample',
      values: Float64Array.of(3, 4),
      at: Float64Array.of(ms(10), ms(20)),
    });
    expect(values(metrics.tls_ms)).toEqual([6, 7]);
  });

  it('take handshakes from the requests when each has its own connection, in the order of sending', () => {
    const rows: Row<'request'>[] = [
      { seq: 1, intended: ms(10), released: ms(10), sent: ms(11), connect: ms(5), outcome: code('closed') },
      {
        seq: 0,
        intended: ms(0),
        released: ms(0),
        sent: ms(1),
        received: ms(10),
        connect: ms(4),
        send: ms(1),
        wait: ms(3),
        transfer: ms(1),
        outcome: code('received'),
      },
      { seq: 2, intended: ms(20), released: ms(20), sent: ms(20), outcome: code('refused') },
    ];
    const { metrics } = reduced({ count: 3, connection: 'new' }, rows);
    expect(metrics.connect_ms).toEqual({
      is: 'sample',
      // The refused one took for ever.
      values: Float64Array.of(4, 5, Infinity),
      at: Float64Array.of(ms(0), ms(10), ms(20)),
    });
    expect(metrics.tls_ms).toEqual({ is: 'missing', why: 'no TLS' });
    expect(values(metrics.duration_ms)).toEqual([9, Infinity, Infinity]);
    expect(values(metrics.ttfb_ms)).toEqual([8, Infinity, Infinity]);
  });

  it('are missing, and say why, when there is nothing', () => {
    const { metrics, sendLateness } = reduced({ count: 6 }, []);
    expect(values(metrics.wait_ms)).toEqual([]);
    expect(metrics.connect_ms).toEqual({ is: 'missing', why: 'no connection was opened' });
    expect(metrics.tls_ms).toEqual({ is: 'missing', why: 'no connection was opened' });
    expect(metrics.failure_ratio).toMatchObject({ is: 'missing' });
    expect(sendLateness).toMatchObject({ is: 'missing' });
  });
});
