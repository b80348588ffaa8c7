import { setTimeout } from 'node:timers/promises';
import { failureFrom, outcomeFrom } from '../../src/contract/outcome.ts';
import type { HttpConnection } from '../../src/measure/http-connection.ts';
import { OPENING_EVERY_MS } from './cost.ts';
import type { After } from './exchange.ts';
import type { Flight } from './flight.ts';

interface PoolDeps {
  /** The most connections at a time. */
  max: number;
  site: string;
  open(): Promise<HttpConnection>;
  start(flight: Flight, connection: HttpConnection, after: After): void;
}

/** So many connections are opened at a time at most: an agent greets no crowds. */
const OPENING_AT_ONCE = 64;

/**
 * Kept connections, used in turn, one request at a time each. A request that finds none idle waits in line. A connection
 * that has ended is replaced when a request needs one; when that fails, the request that waits longest fails with it.
 */
export class Pool {
  readonly #deps: PoolDeps;
  readonly #live = new Set<HttpConnection>();
  #idle: HttpConnection[] = [];
  readonly #waiting = new Set<Flight>();
  #opening = 0;
  #ended = false;

  constructor(deps: PoolDeps) {
    this.#deps = deps;
  }

  /**
   * Opens all connections beforehand, as far as there is time, and not all at once: handshakes that end in the same
   * moment would wait for each other here, and look slow. Rejects when none could be opened.
   */
  async fill(inTime: () => boolean): Promise<void> {
    const opened: Promise<void>[] = [];
    let failure: unknown;
    while (opened.length < this.#deps.max && inTime()) {
      if (this.#opening < OPENING_AT_ONCE)
        opened.push(
          this.#open().catch((error: unknown) => {
            failure ??= error;
          }),
        );
      await setTimeout(OPENING_EVERY_MS);
      if (failure !== undefined && this.#live.size === 0 && this.#opening === 0) break;
    }
    await Promise.all(opened);
    if (this.#live.size === 0 && failure !== undefined) throw failure;
  }

  submit(flight: Flight): void {
    this.#waiting.add(flight);
    flight.release = () => this.#waiting.delete(flight);
    this.#tend();
  }

  end(): void {
    this.#ended = true;
    for (const connection of this.#live) connection.destroy();
  }

  /** Gives idle connections to those who wait, and opens more for the rest, as far as there may be more. */
  #tend(): void {
    if (this.#ended) return;
    for (const flight of this.#waiting) {
      const connection = this.#takeIdle();
      if (connection === undefined) break;
      this.#waiting.delete(flight);
      this.#start(flight, connection);
    }
    while (this.#waiting.size > this.#opening && this.#live.size + this.#opening < this.#deps.max)
      void this.#openForWaiting();
  }

  #takeIdle(): HttpConnection | undefined {
    for (let next = this.#idle.shift(); next !== undefined; next = this.#idle.shift()) if (next.alive) return next;
    return undefined;
  }

  #start(flight: Flight, connection: HttpConnection): void {
    this.#deps.start(flight, connection, {
      // Only once undici is through with the answer does it close a connection that is not to be kept.
      complete: () => queueMicrotask(() => this.#giveBack(connection)),
      unasked: () => this.submit(flight),
    });
  }

  #giveBack(connection: HttpConnection): void {
    if (connection.alive) this.#idle.push(connection);
    this.#tend();
  }

  async #openForWaiting(): Promise<void> {
    try {
      await this.#open();
    } catch (error) {
      const [flight] = this.#waiting;
      if (flight === undefined) return;
      this.#waiting.delete(flight);
      const why = failureFrom(error, this.#deps.site);
      flight.failed(outcomeFrom(why), why);
    } finally {
      this.#tend();
    }
  }

  async #open(): Promise<void> {
    this.#opening += 1;
    try {
      const connection = await this.#deps.open();
      if (this.#ended) connection.destroy();
      else this.#keep(connection);
    } finally {
      this.#opening -= 1;
    }
  }

  #keep(connection: HttpConnection): void {
    this.#live.add(connection);
    this.#idle.push(connection);
    connection.onClose(() => {
      this.#live.delete(connection);
      this.#idle = this.#idle.filter((other) => other !== connection);
      this.#tend();
    });
  }
}
