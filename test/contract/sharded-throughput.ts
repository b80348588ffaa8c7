import { tcpThroughput } from '../../probes/tcp-throughput/index.ts';
import type { TcpThroughputOptions } from '../../probes/tcp-throughput/options.ts';
import { INTERVAL_NS } from '../../src/contract/intervals.ts';
import type { ProbeKind, Reduce, Run } from '../../src/contract/kind.ts';
import type { SeatRecords } from '../../src/contract/records.ts';

// A kind whose seats are shared by several workers, written against the contract alone: tcp-throughput, each worker with
// some of the streams. A worker's clock starts with it, so intervals are matched by their place from the first byte on.

type Tables = typeof tcpThroughput.tables;
type Metric = 'goodput_fwd_bps' | 'received_fwd_bytes';

/** The streams that this worker has. */
export function streamsOf(streams: number, shard: { index: number; of: number }): number[] {
  return Array.from({ length: streams }, (_, i) => i).filter((i) => i % shard.of === shard.index);
}

const initiate: Run<TcpThroughputOptions, Tables> = async ({ options, shard }, io) => {
  const mine = streamsOf(options.streams, shard);
  const links = await Promise.all(mine.map((stream) => io.connect(1, { stream, timeoutNs: 10e9 })));
  io.tell(1, { say: 'go', shard: shard.index });
  for await (const _ of io.heard(1)) break;
  for (const { stream } of links) stream.destroy();
};

const respond: Run<TcpThroughputOptions, Tables> = async ({ options, shard }, io) => {
  const mine = new Set(streamsOf(options.streams, shard));
  io.serve({ link: (link, stream) => (mine.has(stream) ? link.read(() => undefined) : link.stream.destroy()) });
  for await (const _ of io.heard(0));
};

/** Bytes of a seat's workers by interval, counted from each one's first. */
function summed(shards: SeatRecords<Tables>[]): number[] {
  const sums: number[] = [];
  for (const { rows } of shards) {
    const first = rows.interval.start[0] ?? 0;
    rows.interval.bytes.forEach((bytes, row) => {
      const place = Math.round(((rows.interval.start[row] ?? first) - first) / INTERVAL_NS);
      sums[place] = (sums[place] ?? 0) + bytes;
    });
  }
  return sums;
}

const reduce: Reduce<TcpThroughputOptions, Tables, Metric> = (options, seats) => {
  const sums = summed(seats.filter(({ seat }) => seat === 1));
  const planned = Math.max(sums.length, Math.round(options.duration / INTERVAL_NS));
  const counted = { planned, sent: sums.length, received: sums.length, skipped: planned - sums.length };
  const values = Float64Array.from(sums, (bytes) => (bytes * 8 * 1e9) / INTERVAL_NS);
  return {
    counts: { ...counted, lost: 0, failed: 0, omitted: 0 },
    metrics: {
      goodput_fwd_bps: { is: 'sample', values, at: Float64Array.from(sums, (_, i) => i * INTERVAL_NS) },
      received_fwd_bytes: { is: 'scalar', value: sums.reduce((sum, bytes) => sum + bytes, 0) },
    },
    sendLateness: { is: 'missing', why: 'throughput has no schedule' },
  };
};

const { goodput_fwd_bps, received_fwd_bytes } = tcpThroughput.metrics;

export const shardedThroughput: ProbeKind<TcpThroughputOptions, Tables, Metric> = {
  ...tcpThroughput,
  name: 'sharded-throughput',
  metrics: { goodput_fwd_bps, received_fwd_bytes },
  headline: ['goodput_fwd_bps'],
  shards: ({ streams }, cores) => Math.max(1, Math.min(streams, cores - 1)),
  roles: { initiator: async () => ({ run: initiate }), responder: async () => ({ run: respond }) },
  reduce: async () => ({ reduce }),
};
