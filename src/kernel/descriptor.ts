import dgram from 'node:dgram';
import type net from 'node:net';

/**
 * The file descriptor of an open socket; undefined where there is none (closed, piped, another system) or where this
 * version of Node does not show it. Of a TLS socket it is that of the TCP connection below. Only good until the socket
 * is closed: the number is then given to another.
 */
export function descriptorOf(socket: net.Socket | dgram.Socket): number | undefined {
  const handle = socket instanceof dgram.Socket ? datagramHandle(socket) : (socket as { _handle?: unknown })._handle;
  if (typeof handle !== 'object' || handle === null) return undefined;
  const { fd } = handle as { fd?: unknown };
  return typeof fd === 'number' && Number.isInteger(fd) && fd >= 0 ? fd : undefined;
}

/** `dgram` keeps its handle in a state behind a symbol that is not exported. */
function datagramHandle(socket: dgram.Socket): unknown {
  const key = Object.getOwnPropertySymbols(socket).find(({ description }) => description === 'state symbol');
  if (key === undefined) return undefined;
  const state = (socket as unknown as Record<symbol, unknown>)[key];
  return typeof state === 'object' && state !== null ? (state as { handle?: unknown }).handle : undefined;
}
