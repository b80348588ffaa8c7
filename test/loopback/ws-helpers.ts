import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import net, { type AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { wsEcho } from '../../probes/ws-echo/index.ts';
import { wsThroughput } from '../../probes/ws-throughput/index.ts';
import type { Agent } from '../../src/agent/agent.ts';
import type { Reduced } from '../../src/contract/estimate.ts';
import type { Json } from '../../src/contract/json.ts';
import type { AnyKind, Registry } from '../../src/contract/kind.ts';
import { type Outcome, outcomeOf } from '../../src/contract/outcome.ts';
import type { JournalRecord, SeatRecords, Tables } from '../../src/contract/records.ts';
import { SeatBuilder } from '../../src/journal/seat-builder.ts';
import { agentInProcess, cellOf, measure, type Played, SECRET } from '../support/play-cell.ts';

export const registry: Registry = new Map([wsEcho, wsThroughput].map((kind: AnyKind) => [kind.name, kind]));

type Given = { [key: string]: Json };

/** A cell that was measured, read back. */
export interface Measured extends Played {
  seats: SeatRecords<Tables>[];
  reduced: Reduced<string>;
  fact(seat: number, name: string): Json | undefined;
  /** What became of each message, in the order in which they were settled. */
  outcomes: (Outcome | undefined)[];
  rttMs: number[];
}

async function readBack(kind: AnyKind, given: Given, played: Played): Promise<Measured> {
  const seats = seatsOf(played.records);
  const parsed = kind.options.parse(given);
  if (!parsed.ok) throw new Error('options');
  const { reduce } = await kind.reduce();
  const echo = seats.find(({ seat }) => seat === 0)?.rows['echo'];
  const received = [...(echo?.['received'] ?? [])];
  return {
    ...played,
    seats,
    reduced: reduce(parsed.value, seats, {}),
    fact: (seat, name) => seats.find((s) => s.seat === seat)?.facts.findLast((fact) => fact.name === name)?.value,
    outcomes: [...(echo?.['outcome'] ?? [])].map(outcomeOf),
    rttMs: received.map((at, i) => (at - (echo?.['sent']?.[i] ?? Number.NaN)) / 1e6),
  };
}

function seatsOf(records: JournalRecord[]): SeatRecords<Tables>[] {
  const builders = new Map<number, SeatBuilder>();
  for (const record of records) {
    const known = builders.get(record.seat);
    if (known) {
      const fault = known.add(record);
      if (fault) throw new Error(JSON.stringify(fault));
    } else if (record.is === 'open') builders.set(record.seat, new SeatBuilder(record));
  }
  return [...builders.values()].map((builder) => builder.done());
}

/** Measures ws-echo against a server of the test. */
export async function echoWith(url: string, given: Given, signal?: AbortSignal): Promise<Measured> {
  const { hostname, port } = new URL(url);
  const where = { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port), family: null, url };
  return readBack(wsEcho, given, await measure(registry, cellOf(wsEcho, given, url), where, signal));
}

/** Measures a kind against an agent in this process. */
export async function withAgent(
  kind: AnyKind,
  given: Given,
  how: {
    host?: string;
    signal?: AbortSignal;
    registry?: Registry;
    /** Told now and then, while the cell is measured. */
    meanwhile?: (rows: number, agent: Agent) => void;
  } = {},
): Promise<Measured> {
  const agent = await agentInProcess(how.registry ?? registry, how.host ?? '127.0.0.1');
  const where = { host: agent.host, port: agent.port, family: null, secret: SECRET };
  try {
    const progress = (rows: number) => how.meanwhile?.(rows, agent);
    return await readBack(kind, given, await measure(registry, cellOf(kind, given), where, how.signal, progress));
  } finally {
    await agent.drain(0);
  }
}

interface Served {
  url: string;
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
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** A WebSocket server that does to each connection what the test says. */
export async function webSocketServer(
  connected: (ws: WebSocket, request: http.IncomingMessage) => void,
  how: { tls?: boolean; host?: string } = {},
): Promise<Served> {
  const server = how.tls ? https.createServer(certificate()) : http.createServer();
  const sockets = new WebSocketServer({ server });
  sockets.on('connection', (ws, request) => {
    ws.on('error', () => undefined);
    connected(ws, request);
  });
  return listen(server, how.tls ? 'wss' : 'ws', how.host ?? '127.0.0.1');
}

/** An HTTP server that answers upgrades in its own way. */
export function upgradeServer(
  upgrade: (socket: Duplex, request: http.IncomingMessage) => void,
  request: http.RequestListener = (_, response) => response.writeHead(404).end(),
): Promise<Served> {
  const server = http.createServer(request);
  server.on('upgrade', (asked: http.IncomingMessage, socket) => upgrade(socket, asked));
  return listen(server, 'ws', '127.0.0.1');
}

/** A plain HTTP server, which knows nothing of upgrades. */
export function httpServer(listener: http.RequestListener): Promise<Served> {
  return listen(http.createServer(listener), 'ws', '127.0.0.1');
}

/** A TCP server. */
export function tcpServer(connected: (socket: net.Socket) => void): Promise<Served> {
  return listen(net.createServer(connected), 'ws', '127.0.0.1');
}

/** Sends back every message as it came. */
export function echo(ws: WebSocket): void {
  ws.on('message', (message, binary) => ws.send(message, { binary }));
}

function certificate(): { key: Buffer; cert: Buffer } {
  const pem = (name: string) => readFileSync(new URL(`../../fixtures/certs/localhost.${name}.pem`, import.meta.url));
  return { key: pem('key'), cert: pem('cert') };
}
