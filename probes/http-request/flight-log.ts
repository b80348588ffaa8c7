import { NetprobeError } from '../../src/contract/error.ts';
import type { Writer } from '../../src/contract/io.ts';
import type { Outcome } from '../../src/contract/outcome.ts';
import type { Ns } from '../../src/contract/records.ts';
import { Flight } from './flight.ts';
import type { httpRequest } from './index.ts';

type Table = typeof httpRequest.tables.request;

/** All requests of a cell: those that are open, and the rows of those that are settled. */
export class FlightLog {
  readonly timeoutNs: Ns;
  readonly #site: string;
  readonly #table: Writer<Table>;
  readonly #trouble: (why: NetprobeError) => void;
  readonly #open = new Set<Flight>();
  #whenEmpty: (() => void) | undefined;
  /** Answered rightly and in time. */
  received = 0;
  /** Why the first of the others was not. */
  firstFailure: NetprobeError | undefined;

  constructor(site: string, timeoutNs: Ns, table: Writer<Table>, trouble: (why: NetprobeError) => void) {
    this.#site = site;
    this.timeoutNs = timeoutNs;
    this.#table = table;
    this.#trouble = trouble;
  }

  begin(seq: number, intended: Ns, released: Ns): Flight {
    const flight = new Flight(seq, intended, released, this);
    this.#open.add(flight);
    return flight;
  }

  /** Takes the row of a flight that is settled now. */
  put(flight: Flight, outcome: Outcome, why: NetprobeError | undefined, row: Record<keyof Table, number | null>): void {
    this.#open.delete(flight);
    this.#table.put(row);
    if (outcome === 'received') this.received += 1;
    this.firstFailure ??= why;
    // This machine's own failure is no sample of the server, so the cell lacks one.
    if (outcome === 'local' && why !== undefined) this.#trouble(why);
    if (this.#open.size === 0) this.#whenEmpty?.();
  }

  late(): NetprobeError {
    return new NetprobeError('NETPROBE_TIMEOUT', `${this.#site} did not answer in full in time`, {
      expected: `an answer within ${this.timeoutNs / 1e6} ms`,
    });
  }

  /** Resolves when every flight is settled, which none escapes for longer than the timeout. */
  async empty(): Promise<void> {
    if (this.#open.size === 0) return;
    await new Promise<void>((resolve) => {
      this.#whenEmpty = resolve;
    });
  }

  abandonAll(): void {
    for (const flight of [...this.#open]) flight.abandon();
  }
}
