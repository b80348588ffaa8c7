import type { Socket } from 'node:net';
import { Client, type Dispatcher } from 'undici';
import { NetprobeError } from '../contract/error.ts';
import type { Link } from '../contract/io.ts';
import type { Ns } from '../contract/records.ts';
import { httpFailure } from './http-failure.ts';
import type { HttpServer } from './http-server.ts';

export interface HttpRequest {
  method: string;
  path: string;
  /** Name, value, name, value … */
  headers: string[];
  body: Buffer | null;
  /** Whether the connection is to be used again. */
  keep: boolean;
}

/**
 * undici's handler in its older form: only that one is told when a request has been written, and gets headers unparsed.
 * `onResponseStarted` comes with the first byte of a response's head, interim (1xx) ones included.
 */
export interface HttpHandler {
  /** The request is about to be written. */
  onConnect(abort: (error: Error) => void): void;
  /** The request has been handed to the stream. */
  onRequestSent?(): void;
  onResponseStarted?(): void;
  onHeaders(status: number, headers: Buffer[]): boolean;
  onData(chunk: Buffer): boolean;
  onComplete(): void;
  onError(error: Error): void;
}

/** An idle connection is given up this long before the server said that it would close it: they must not meet. */
const KEEP_ALIVE_MARGIN_MS = 500;
const NEVER_MS = 86_400_000;

/** The connection was gone before the request was written: nothing was asked. */
export class ConnectionGone extends Error {}

/** One connection to an HTTP/1.1 server, and the undici client over it. It carries one exchange at a time. */
export class HttpConnection {
  readonly link: Link;
  /** Whether a request has been given to it. */
  used = false;
  readonly #server: HttpServer;
  readonly #client: Client;
  #closed = false;
  #fault: Error | undefined;

  constructor(server: HttpServer, link: Link) {
    this.link = link;
    this.#server = server;
    link.stream.on('error', () => undefined);
    link.stream.once('end', () => {
      this.#closed = true;
    });
    this.#client = new Client(server.url.origin, {
      pipelining: 1,
      allowH2: false,
      // undici waits for ever: deadlines are the probe's own.
      headersTimeout: 0,
      bodyTimeout: 0,
      keepAliveTimeout: NEVER_MS,
      keepAliveMaxTimeout: NEVER_MS,
      keepAliveTimeoutThreshold: KEEP_ALIVE_MARGIN_MS,
      connect: this.#connector(),
    });
    this.#client.on('disconnect', (_origin, _clients, error) => {
      this.#fault = error;
    });
  }

  /** Whether another request may be sent over it. */
  get alive(): boolean {
    const { stream } = this.link;
    return !stream.destroyed && !stream.readableEnded;
  }

  /** Sends a request. Its end, either way, is the handler's to hear. */
  send(request: HttpRequest, handler: HttpHandler): void {
    const proof = this.used ? [] : this.#server.proof();
    this.used = true;
    const { method, path, body, keep } = request;
    // `reset` also for HEAD and for POST with a body, after which undici would close the connection unasked.
    this.#client.dispatch(
      { method, path, headers: [...request.headers, ...proof], body, reset: !keep },
      handler as Dispatcher.DispatchHandler,
    );
  }

  onClose(gone: () => void): void {
    if (this.link.stream.destroyed) gone();
    else this.link.stream.once('close', gone);
  }

  /** What an exchange's error means. */
  failure(error: Error): NetprobeError {
    if (error instanceof NetprobeError) return error;
    const cause = error instanceof ConnectionGone ? this.#fault : error;
    if (cause === undefined) return this.failure(this.#goneUnheard());
    return httpFailure(cause, this.#server, this.#closed);
  }

  destroy(): void {
    void this.#client.destroy();
    this.link.stream.destroy();
  }

  /** Hands undici the link once. It asks again when the link is gone and a request waits: that one is given back. */
  #connector() {
    let taken = false;
    return (_: unknown, done: (...result: [null, Socket] | [Error, null]) => void) => {
      const first = !taken;
      taken = true;
      // undici takes a connection only after the call that asked for it has returned.
      queueMicrotask(() => (first ? done(null, this.link.stream as Socket) : done(new ConnectionGone(), null)));
    };
  }

  #goneUnheard(): NetprobeError {
    const { site, agent } = this.#server;
    return new NetprobeError(agent ? 'NETPROBE_AGENT_CLOSED' : 'NETPROBE_CLOSED', `${site} closed the connection`);
  }
}

/** Opens a connection. Rejects with a NetprobeError. */
export async function openHttp(server: HttpServer, timeoutNs: Ns): Promise<HttpConnection> {
  return new HttpConnection(server, await server.connect(timeoutNs));
}
