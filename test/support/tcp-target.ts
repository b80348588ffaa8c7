import { once } from 'node:events';
import net, { type AddressInfo } from 'node:net';
import { tcpConnect } from '../../probes/tcp-connect/index.ts';
import type { Json } from '../../src/contract/json.ts';
import { cellOf, measure, type Played } from './play-cell.ts';
import { type Measured, reduced } from './reduced.ts';

const registry = new Map([[tcpConnect.name, tcpConnect]]);
const BRIEF = { count: 10, rate: '200/s', timeout: '2s' };

/** A TCP server on a free port. */
export async function listen(host: string, connected: (socket: net.Socket) => void = (socket) => socket.resume()) {
  const server = net.createServer((socket) => {
    socket.on('error', () => undefined);
    connected(socket);
  });
  server.listen(0, host);
  await once(server, 'listening');
  return { server, port: (server.address() as AddressInfo).port };
}

interface How {
  family?: 4 | 6 | null;
  given?: { [key: string]: Json };
  signal?: AbortSignal;
  progress?: (rows: number) => void;
}

/** Measures tcp-connect to a port. */
export function play(host: string, port: number, how: How = {}): Promise<Played> {
  const { cell, where } = of(host, port, how);
  return measure(registry, cell, where, how.signal, how.progress);
}

/** Measures tcp-connect to a port, and reads it back. */
export async function connect(host: string, port: number, how: How = {}): Promise<Measured> {
  return reduced(tcpConnect, of(host, port, how).cell, await play(host, port, how));
}

function of(host: string, port: number, how: How) {
  const url = `tcp://${host.includes(':') ? `[${host}]` : host}:${port}`;
  return { cell: cellOf(tcpConnect, how.given ?? BRIEF, url), where: { host, port, family: how.family ?? null, url } };
}

/** A port on which nothing listens. */
export async function deadPort(): Promise<number> {
  const { server, port } = await listen('127.0.0.1');
  server.close();
  await once(server, 'close');
  return port;
}
