import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import net, { type AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { httpRequest } from '../../probes/http-request/index.ts';
import { httpThroughput } from '../../probes/http-throughput/index.ts';
import type { Reduced } from '../../src/contract/estimate.ts';
import type { Json } from '../../src/contract/json.ts';
import type { AnyKind, Registry } from '../../src/contract/kind.ts';
import { type Outcome, outcomeOf } from '../../src/contract/outcome.ts';
import type { JournalRecord, SeatRecords, Tables } from '../../src/contract/records.ts';
import { SeatBuilder } from '../../src/journal/seat-builder.ts';
import { agentInProcess, cellOf, measure, type Played, SECRET } from '../support/play-cell.ts';

export const registry: Registry = new Map([httpRequest, httpThroughput].map((kind: AnyKind) => [kind.name, kind]));

type Given = { [key: string]: Json };
type Row = Record<string, number | null>;

/** A cell that was measured, read back. */
export interface Measured extends Played {
  reduced: Reduced<string>;
  /** The initiator's rows, as objects. */
  rows(table: string): Row[];
  fact(seat: number, name: string): Json | undefined;
  /** What became of each request, in the order of release. */
  outcomes: (Outcome | undefined)[];
  /** A sample metric's values; empty when it is missing. */
  values(metric: string): number[];
}

async function readBack(kind: AnyKind, given: Given, played: Played): Promise<Measured> {
  const seats = seatsOf(played.records);
  const parsed = kind.options.parse(kind.options.effective(given));
  if (!parsed.ok) throw new Error('options');
  const { reduce } = await kind.reduce();
  const reduced = reduce(parsed.value, seats, {});
  const rows = (table: string) => rowsOf(seats.find(({ seat }) => seat === 0)?.rows[table] ?? {});
  const bySeq = rows('request').sort((a, b) => Number(a['seq']) - Number(b['seq']));
  return {
    ...played,
    reduced,
    rows,
    fact: (seat, name) => seats.find((s) => s.seat === seat)?.facts.findLast((fact) => fact.name === name)?.value,
    outcomes: bySeq.map((row) => outcomeOf(Number(row['outcome']))),
    values: (metric) => {
      const estimate = reduced.metrics[metric];
      return estimate?.is === 'sample' ? [...estimate.values] : [];
    },
  };
}

function rowsOf(columns: Record<string, Float64Array>): Row[] {
  const names = Object.keys(columns);
  const length = columns[names[0] ?? '']?.length ?? 0;
  const cell = (name: string, i: number) => {
    const value = columns[name]?.[i] ?? Number.NaN;
    return Number.isNaN(value) ? null : value;
  };
  return Array.from({ length }, (_, i) => Object.fromEntries(names.map((name) => [name, cell(name, i)])));
}

function seatsOf(records: JournalRecord[]): SeatRecords<Tables>[] {
  const builders = new Map<number, SeatBuilder>();
  for (const record of records) {
    const fault = builders.get(record.seat)?.add(record);
    if (fault) throw new Error(JSON.stringify(fault));
    if (record.is === 'open') builders.set(record.seat, new SeatBuilder(record));
  }
  return [...builders.values()].map((builder) => builder.done());
}

/** Measures a kind against a server of the test. */
export async function against(kind: AnyKind, url: string, given: Given, signal?: AbortSignal): Promise<Measured> {
  const { hostname, port } = new URL(url);
  const where = { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port), family: null, url };
  return readBack(kind, given, await measure(registry, cellOf(kind, given, url), where, signal));
}

interface WithAgent {
  host?: string;
  signal?: AbortSignal;
  progress?: (rows: number) => void;
  registry?: Registry;
}

/** Measures a kind against an agent in this process. */
export async function withAgent(kind: AnyKind, given: Given, how: WithAgent = {}): Promise<Measured> {
  const agent = await agentInProcess(how.registry ?? registry, how.host ?? '127.0.0.1');
  const where = { host: agent.host, port: agent.port, family: null, secret: SECRET };
  try {
    return await readBack(kind, given, await measure(registry, cellOf(kind, given), where, how.signal, how.progress));
  } finally {
    await agent.drain(0);
  }
}

export interface Served {
  url: string;
  port: number;
  /** Connections accepted so far. */
  connections(): number;
  close(): Promise<void>;
}

async function listen(server: net.Server, scheme: string, host: string): Promise<Served> {
  const sockets = new Set<Duplex>();
  server.on('connection', (socket: Duplex) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
  });
  server.listen(0, host);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `${scheme}://${host.includes(':') ? `[${host}]` : host}:${port}/`,
    port,
    connections: () => sockets.size,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

export interface ServerHow {
  tls?: boolean;
  host?: string;
  set?: (server: http.Server) => void;
}

/** An HTTP server, with the self-signed certificate of the tests when TLS is asked for. */
export function httpServer(listener: http.RequestListener, how: ServerHow = {}): Promise<Served> {
  const server = how.tls ? https.createServer(certificate(), listener) : http.createServer(listener);
  how.set?.(server);
  return listen(server, how.tls ? 'https' : 'http', how.host ?? '127.0.0.1');
}

/** A TCP server that speaks to each connection as the test says. */
export function tcpServer(connected: (socket: net.Socket) => void): Promise<Served> {
  return listen(net.createServer(connected), 'http', '127.0.0.1');
}

/** A TCP server that calls back with every request head, for answers that node:http would not give. */
export function rawServer(asked: (socket: net.Socket, nth: number) => void): Promise<Served> {
  return tcpServer((socket) => {
    let nth = 0;
    socket.on('data', (chunk) => {
      if (!chunk.includes('\r\n\r\n')) return;
      nth += 1;
      asked(socket, nth);
    });
  });
}

/** Runs `use` with a server, and closes it. */
export async function serving<T>(server: Promise<Served>, use: (server: Served) => Promise<T>): Promise<T> {
  const served = await server;
  try {
    return await use(served);
  } finally {
    await served.close();
  }
}

function certificate(): { key: Buffer; cert: Buffer } {
  const pem = (name: string) => readFileSync(new URL(`../../fixtures/certs/localhost.${name}.pem`, import.meta.url));
  return { key: pem('key'), cert: pem('cert') };
}
