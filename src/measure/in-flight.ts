import type { Writer } from '../contract/io.ts';
import { type Outcome, outcomeCode } from '../contract/outcome.ts';
import type { Ns } from '../contract/records.ts';
import type { SAMPLE_COLUMNS } from '../contract/samples.ts';
import { echoSeq } from '../wire/echo.ts';

interface Flight {
  intended: Ns;
  sent: Ns;
  message: Uint8Array;
}

/** The sequence number that a reply claims; undefined when it cannot be a reply. */
type SeqOf = (message: Uint8Array) => number | undefined;

/** What is kept of a request that timed out, to know a late reply by: its random bits, not its padding. */
const KEPT_BYTES = 64;

/** How finely unanswered requests are looked for; the verdict on each is exact all the same. */
const SWEEP_MS = 20;

/**
 * Echo requests on their way. Matches replies by sequence number and checks that every byte came back; writes a row
 * for each request once it is settled: received, timed out, or ended with the connection.
 */
export class InFlight {
  readonly #table: Writer<typeof SAMPLE_COLUMNS>;
  readonly #timeoutNs: Ns;
  readonly #now: () => Ns;
  readonly #seqOf: SeqOf;
  readonly #flights = new Map<number, Flight>();
  readonly #expired = new Map<number, { head: Uint8Array; length: number }>();
  readonly #sweeper: NodeJS.Timeout;
  #whenEmpty: (() => void) | undefined;
  /** Answered in time. */
  received = 0;
  /** Settled otherwise. */
  failed = 0;
  /** Answered after the timeout: settled as timed out before. */
  late = 0;

  constructor(table: Writer<typeof SAMPLE_COLUMNS>, timeoutNs: Ns, now: () => Ns, seqOf: SeqOf = echoSeq) {
    this.#table = table;
    this.#timeoutNs = timeoutNs;
    this.#now = now;
    this.#seqOf = seqOf;
    this.#sweeper = setInterval(() => this.#sweep(), SWEEP_MS);
  }

  launched(seq: number, intended: Ns, sent: Ns, message: Uint8Array): void {
    this.#flights.set(seq, { intended, sent, message });
  }

  /** Takes a reply. False when it answers no request of ours: wrong sequence number, or not the bits that were sent. */
  arrived(message: Uint8Array, at: Ns): boolean {
    const seq = this.#seqOf(message);
    if (seq === undefined) return false;
    const flight = this.#flights.get(seq);
    if (flight === undefined) return this.#arrivedLate(seq, message);
    if (!sameBytes(flight.message, message)) return false;
    if (at - flight.sent > this.#timeoutNs) {
      this.late += 1;
      this.#settle(seq, flight, null, 'timeout');
    } else this.#settle(seq, flight, at, 'received');
    return true;
  }

  #arrivedLate(seq: number, message: Uint8Array): boolean {
    const known = this.#expired.get(seq);
    if (known?.length !== message.length || !sameBytes(known.head, message.subarray(0, KEPT_BYTES))) return false;
    this.late += 1;
    this.#expired.delete(seq);
    return true;
  }

  /** Settles all that are on their way: the connection has ended. */
  failAll(outcome: Outcome): void {
    for (const [seq, flight] of this.#flights) this.#settle(seq, flight, null, outcome);
  }

  /** Resolves when nothing is on its way any more. */
  async empty(): Promise<void> {
    if (this.#flights.size === 0) return;
    await new Promise<void>((resolve) => {
      this.#whenEmpty = resolve;
    });
  }

  /** Stops looking for timeouts. */
  end(): void {
    clearInterval(this.#sweeper);
  }

  #sweep(): void {
    const now = this.#now();
    // In order of sending: the first that is young enough ends the search.
    for (const [seq, flight] of this.#flights) {
      if (now - flight.sent <= this.#timeoutNs) break;
      const { message } = flight;
      this.#expired.set(seq, { head: Uint8Array.from(message.subarray(0, KEPT_BYTES)), length: message.length });
      this.#settle(seq, flight, null, 'timeout');
    }
  }

  #settle(seq: number, flight: Flight, received: Ns | null, outcome: Outcome): void {
    this.#flights.delete(seq);
    const { intended, sent } = flight;
    this.#table.put({ seq, intended, sent, received, outcome: outcomeCode(outcome) });
    if (outcome === 'received') this.received += 1;
    else this.failed += 1;
    if (this.#flights.size === 0) this.#whenEmpty?.();
  }
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && Buffer.compare(a, b) === 0;
}
