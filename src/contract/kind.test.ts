// biome-ignore-all lint/style/noRestrictedImports: what the contract promises to kinds that do not exist yet.
import { describe, expect, it } from 'vitest';
import { registry } from '../../probes/index.ts';
import { tcpEcho } from '../../probes/tcp-echo/index.ts';
import { collective } from '../../test/contract/collective.ts';
import { loadedLatency } from '../../test/contract/loaded-latency.ts';
import { shardedThroughput, streamsOf } from '../../test/contract/sharded-throughput.ts';
import { cellOf } from '../../test/support/play-cell.ts';
import { reduceCell } from '../report/reduce-cell.ts';
import type { AnyKind, Registry } from './kind.ts';
import type { SeatRecords, Tables } from './records.ts';

function optionsOf(kind: AnyKind, given: object = {}) {
  const parsed = kind.options.parse(given);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
  return parsed.value;
}

function seatOf(part: string, seat: number, shard: number, table: string, columns: Record<string, number[]>) {
  const rows = Object.entries(columns).map(([name, values]) => [name, Float64Array.from(values)]);
  const role = seat === 0 ? 'initiator' : 'responder';
  const close = { at: 1, status: 'completed', error: null } as const;
  const records = { seat, shard, part, role, openedUnixNs: 1n, facts: [], close };
  return { ...records, rows: { [table]: Object.fromEntries(rows) } } satisfies SeatRecords<Tables>;
}

function echoes(part: string, rttMs: number) {
  const seq = [0, 1, 2];
  const intended = seq.map((i) => i * 1e7);
  const received = intended.map((at) => at + rttMs * 1e6);
  return seatOf(part, 0, 0, 'echo', { seq, intended, sent: intended, received, outcome: [0, 0, 0] });
}

describe('a composite', () => {
  const all: Registry = new Map<string, AnyKind>([...registry, [loadedLatency.name, loadedLatency]]);

  it('names other kinds, with options that they take', () => {
    for (const { kind, options } of loadedLatency.parts?.(optionsOf(loadedLatency)) ?? [])
      expect(registry.get(kind)?.options.parse(options)).toMatchObject({ ok: true });
  });

  it('is computed from what its parts gave', async () => {
    const cell = cellOf(loadedLatency, { idle: '200ms', load: '200ms', rate: '15/s' });
    const seats = [echoes('idle', 10), echoes('loaded', 35)];
    // The load left no records: its part is computed from none.
    const { metrics, counts } = await reduceCell(cell, loadedLatency, seats, all);
    expect(metrics['induced_ms']).toEqual({ is: 'scalar', value: 25 });
    expect(counts).toMatchObject({ planned: 6, sent: 6, received: 6 });
  });
});

describe('a group', () => {
  it('costs something for each of its seats, however many there are', () => {
    const options = optionsOf(collective);
    expect(collective.cost(options, { seats: 5 })).toHaveLength(5);
  });
});

describe('a kind whose seats several workers share', () => {
  it('gives every stream to one of them', () => {
    const of = shardedThroughput.shards?.(optionsOf(shardedThroughput, { streams: 7 }), 4) ?? 0;
    const streams = Array.from({ length: of }, (_, index) => streamsOf(7, { index, of })).flat();
    expect(streams.toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6]);
  });

  it('sums what they counted, each by its own clock', async () => {
    const shard = (index: number, first: number, bytes: number[]) => {
      const start = bytes.map((_, i) => first + i * 1e8);
      return seatOf('', 1, index, 'interval', { start, bytes });
    };
    const seats = [shard(0, 5e6, [10, 20, 30]), shard(1, 9e8, [1, 2, 3])];
    const { reduce } = await (shardedThroughput as AnyKind).reduce();
    const { metrics } = reduce(optionsOf(shardedThroughput, { duration: '300ms', warmup: '0s' }), seats, {});
    expect(metrics['received_fwd_bytes']).toEqual({ is: 'scalar', value: 66 });
    expect(metrics['goodput_fwd_bps']).toMatchObject({ values: Float64Array.from([880, 1760, 2640]) });
  });
});

it('the registry takes all of them, their types erased', () => {
  const kinds: AnyKind[] = [tcpEcho, loadedLatency, collective, shardedThroughput];
  expect(kinds.map(({ sites }) => sites)).toEqual(['pair', 'pair', 'group', 'pair']);
});
