import type { Assignment } from '../../src/contract/assignment.ts';
import type { Direction } from '../../src/contract/intervals.ts';
import type { ProbeIo } from '../../src/contract/io.ts';
import type { Json } from '../../src/contract/json.ts';
import type { Ns } from '../../src/contract/records.ts';
import { Mailbox } from '../../src/lane/mailbox.ts';
import type { ThroughputOptions } from '../../src/measure/throughput-session.ts';
import { fakeTable } from './fake-table.ts';

/** What a throughput probe has of its io, with everything that it does kept for the test. */
export function fakeIo(now: () => Ns) {
  const table = fakeTable();
  const heard = new Mailbox();
  const facts = new Map<string, Json>();
  const told: Json[] = [];
  const troubles: Error[] = [];
  const io = {
    clock: { now, startedUnixNs: 0n, start: () => unused(), pace: () => Promise.reject(new Error('not to be used')) },
    endpoint: () => unused(),
    connect: () => unused(),
    datagrams: () => unused(),
    serve: () => unused(),
    table: () => table,
    fact: (name: string, value: Json) => facts.set(name, value),
    trouble: (error: Error) => troubles.push(error),
    tell: (_: number, message: Json) => told.push(message),
    heard: () => heard,
  } satisfies ProbeIo<Record<string, Record<string, 'ns'>>>;
  return { io, table, heard, facts, told, troubles };
}

function unused(): never {
  throw new Error('not to be used');
}

/** A throughput cell of 300 ms without warm-up. */
export function throughputAssignment(direction: Direction, streams = 1): Assignment<ThroughputOptions> {
  const options = { direction, streams, duration: 300e6, warmup: 0 };
  const amounts = { connections: 1, payloadBytes: 0, bps: 0, packetsPerSecond: 0 };
  const cost = { durationNs: 0, bytesIn: null, bytesOut: null, ...amounts, rows: {} };
  const seats = [{ site: 'here' }, { site: 'there' }];
  const ids = { cell: 'c', attempt: 1, part: '', kind: 'k', role: 'initiator', seat: 0, seed: 1 };
  return { ...ids, shard: { index: 0, of: 1 }, options, caps: cost, seats };
}
