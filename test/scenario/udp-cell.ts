import { udpEcho } from '../../probes/udp-echo/index.ts';
import { reduce } from '../../probes/udp-echo/metrics.ts';
import { options } from '../../probes/udp-echo/options.ts';
import type { Json } from '../../src/contract/json.ts';
import type { SeatRecords } from '../../src/contract/records.ts';

type Tables = typeof udpEcho.tables;
type Seat = SeatRecords<Tables>;
/** Values in the order of the table's columns; null: there is no such value. */
export type UdpRows = { [K in keyof Tables]?: (number | null)[][] };

export interface UdpCell {
  options: Record<string, Json>;
  rows: UdpRows;
  facts?: Record<string, Json>;
  close?: Seat['close'];
  /** Null: there is no record of the agent's. */
  agent?: { facts?: Record<string, Json>; close?: Seat['close'] } | null;
}

const COMPLETED = { at: Number.MAX_SAFE_INTEGER, status: 'completed', error: null } as const;

/** The records of a cell. */
export function udpSeats({ rows, facts, close, agent }: UdpCell): Seat[] {
  const { request, reply, reflect } = rows;
  const near = seatOf(0, 'initiator', { request, reply }, facts, close);
  if (agent === null) return [near];
  return [near, seatOf(1, 'responder', { reflect }, agent?.facts, agent?.close)];
}

/** A cell reduced, as a report does it. */
export function reduceUdp(cell: UdpCell) {
  const parsed = options.parse(cell.options);
  if (!parsed.ok) throw new Error(`options: ${JSON.stringify(parsed.issues)}`);
  return reduce(parsed.value, udpSeats(cell), {}) as ReturnType<typeof reduce> & { notes: Record<string, number> };
}

function seatOf(
  seat: number,
  role: string,
  rows: { [K in keyof UdpRows]: UdpRows[K] | undefined },
  facts: Record<string, Json> = {},
  close: Seat['close'] = COMPLETED,
): Seat {
  const tables = Object.entries(udpEcho.tables).map(([name, columns]) => [
    name,
    columnsOf(Object.keys(columns), rows[name as keyof Tables] ?? []),
  ]);
  return {
    seat,
    shard: 0,
    part: '',
    role,
    openedUnixNs: 0n,
    facts: Object.entries(facts).map(([name, value]) => ({ at: 0, name, value })),
    rows: Object.fromEntries(tables),
    close,
  };
}

function columnsOf(names: string[], rows: (number | null)[][]): Record<string, Float64Array> {
  return Object.fromEntries(names.map((name, k) => [name, Float64Array.from(rows, (row) => row[k] ?? Number.NaN)]));
}
