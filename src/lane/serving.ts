import http from 'node:http';
import type net from 'node:net';
import type { Duplex } from 'node:stream';
import type { Attention } from '../clock/attention.ts';
import type { Handlers } from '../contract/io.ts';
import type { Ns } from '../contract/records.ts';
import type { Missing } from '../kernel/missing.ts';
import type { Kernel } from '../kernel/native.ts';
import { STREAM_ACK } from '../wire/challenge.ts';
import { relativePath, sessionOf } from '../wire/http-session.ts';
import { makeLink } from './link.ts';
import { checkMarking } from './mark.ts';

/** A kept HTTP connection may be quiet this long between two requests. */
const KEEP_ALIVE_MS = 65_000;

/** What serving needs of its lane. */
interface ServingThread {
  kernel: Kernel | Missing;
  attention: Attention | undefined;
}

/**
 * Passes a session's connections to its responder. They come with what the front had read of them (`head`), and have
 * proved that they belong to the session; a request for another session on a kept connection is refused.
 */
export class Serving {
  readonly #session: string;
  readonly #now: () => Ns;
  readonly #thread: ServingThread;
  #handlers: Handlers = {};
  #http: http.Server | undefined;

  constructor(session: string, now: () => Ns, thread: ServingThread) {
    this.#session = session;
    this.#now = now;
    this.#thread = thread;
  }

  /** Throws NETPROBE_DSCP_UNSUPPORTED when the session's streams are to be marked, and cannot be. */
  use(handlers: Handlers): void {
    if (handlers.dscp !== undefined) checkMarking(handlers.dscp, this.#thread.kernel, 'agent');
    this.#handlers = handlers;
    if (handlers.http || handlers.upgrade) this.#http = this.#httpServer(handlers);
  }

  take(socket: net.Socket, as: 'stream' | 'http', stream: number, head: Buffer): void {
    socket.on('error', () => socket.destroy());
    socket.setNoDelay(true);
    if (head.length > 0) socket.unshift(head);
    if (as === 'http' && this.#http) {
      this.#http.emit('connection', socket);
      socket.resume();
    } else if (as === 'stream' && this.#handlers.link) this.#takeStream(socket, stream);
    else socket.destroy();
  }

  close(): void {
    this.#http?.closeAllConnections();
    this.#http = undefined;
    this.#handlers = {};
  }

  #takeStream(socket: net.Socket, stream: number): void {
    socket.write(STREAM_ACK);
    const phases = { connect: null, tls: null };
    const { kernel, attention } = this.#thread;
    const link = makeLink(socket, { now: this.#now, dialled: false, phases, kernel, came: () => attention?.came() });
    const { dscp } = this.#handlers;
    guarded(socket, () => {
      if (dscp !== undefined) link.mark(dscp);
      this.#handlers.link?.(link, stream);
    });
  }

  #httpServer(handlers: Handlers): http.Server {
    const server = http.createServer(
      { keepAliveTimeout: KEEP_ALIVE_MS, maxHeaderSize: 16 * 1024 },
      (request, response) => {
        if (!this.#ours(request) || !handlers.http) {
          response.writeHead(421).end();
          return;
        }
        guarded(request.socket, () => handlers.http?.(request, response));
      },
    );
    server.on('upgrade', (request, stream, head) => {
      if (!this.#ours(request) || !handlers.upgrade) stream.destroy();
      else guarded(stream, () => handlers.upgrade?.(request, stream, head));
    });
    server.on('clientError', (_, socket) => socket.destroy());
    return server;
  }

  /** Checks the session and makes the request's URL relative to it. */
  #ours(request: http.IncomingMessage): boolean {
    const url = request.url ?? '';
    if (sessionOf(url) !== this.#session) return false;
    request.url = relativePath(url);
    return true;
  }
}

/** What a peer provokes in a handler ends its own connection, never the lane and the sessions of others. */
function guarded(stream: Duplex, handle: () => void): void {
  try {
    handle();
  } catch {
    stream.destroy();
  }
}
