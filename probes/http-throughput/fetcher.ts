import type { NetprobeError } from '../../src/contract/error.ts';
import { failureFrom } from '../../src/contract/outcome.ts';
import type { Ns } from '../../src/contract/records.ts';
import { type HttpConnection, openHttp } from '../../src/measure/http-connection.ts';
import type { HttpServer } from '../../src/measure/http-server.ts';
import { FetchFailed, fetchOnce } from './fetch-once.ts';

/** One connection's worth of downloads: fetches the object again as soon as it has it. */
export class Fetcher {
  readonly fetched = { count: 0, smallest: Number.POSITIVE_INFINITY, largest: 0 };
  /** Connections opened: more than one when the server closes them between fetches. */
  opened = 0;
  readonly #server: HttpServer;
  readonly #timeoutNs: Ns;
  readonly #on: (bytes: number) => void;
  #connection: HttpConnection | undefined;
  #over = false;

  constructor(server: HttpServer, timeoutNs: Ns, on: (bytes: number) => void) {
    this.#server = server;
    this.#timeoutNs = timeoutNs;
    this.#on = on;
  }

  async open(): Promise<HttpConnection> {
    const connection = await openHttp(this.#server, this.#timeoutNs);
    this.opened += 1;
    this.#connection = connection;
    if (this.#over) connection.destroy();
    return connection;
  }

  /** Fetches until it is ended, or fails: then it resolves with the reason. */
  async run(): Promise<NetprobeError | undefined> {
    while (!this.#over) {
      try {
        await this.#fetch();
      } catch (error) {
        if (this.#over) break;
        return error instanceof FetchFailed ? error.why : failureFrom(error, this.#server.site);
      }
    }
    return undefined;
  }

  end(): void {
    this.#over = true;
    this.#connection?.destroy();
  }

  async #fetch(): Promise<void> {
    const connection = this.#connection?.alive ? this.#connection : await this.open();
    const reused = connection.used;
    try {
      this.#count(await fetchOnce(connection, this.#server, this.#on));
    } catch (error) {
      // A server may close a kept connection at any time between two answers: that is no failure (RFC 9112 §9.3.1).
      if (!(error instanceof FetchFailed) || error.answered || !reused) throw error;
      await this.open();
    }
  }

  #count(size: number): void {
    this.fetched.count += 1;
    this.fetched.smallest = Math.min(this.fetched.smallest, size);
    this.fetched.largest = Math.max(this.fetched.largest, size);
  }
}
