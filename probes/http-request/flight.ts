import type { NetprobeError } from '../../src/contract/error.ts';
import { type Outcome, outcomeCode } from '../../src/contract/outcome.ts';
import type { Ns } from '../../src/contract/records.ts';
import type { FlightLog } from './flight-log.ts';

/** When a request passed each point; null: it did not get there, or the point is not in the request itself. */
interface Timeline {
  /** Connecting began (connection: new), or the request was about to be written to a kept connection. */
  sent: Ns | null;
  connect: Ns | null;
  tls: Ns | null;
  /** The connection was ready for this request. */
  ready: Ns | null;
  /** Head and body were with the network stack. */
  handed: Ns | null;
  /** First byte of the answer's head. */
  first: Ns | null;
  ended: Ns | null;
  status: number | null;
  bytes: number | null;
  reused: boolean | null;
}

/** Timers fire up to a millisecond early. */
const TIMER_SLACK_MS = 1;

/**
 * One request from its release to its row. It is settled once: answered, failed, out of time or given up; whatever comes
 * after that changes nothing.
 */
export class Flight {
  readonly seq: number;
  readonly released: Ns;
  readonly time: Timeline = {
    sent: null,
    connect: null,
    tls: null,
    ready: null,
    handed: null,
    first: null,
    ended: null,
    status: null,
    bytes: null,
    reused: null,
  };
  /** Frees whatever the flight holds when it is settled from outside; set by whoever has it. */
  release: () => void = () => undefined;
  readonly #intended: Ns;
  readonly #log: FlightLog;
  readonly #timer: NodeJS.Timeout;
  #settled = false;

  constructor(seq: number, intended: Ns, released: Ns, log: FlightLog) {
    this.seq = seq;
    this.released = released;
    this.#intended = intended;
    this.#log = log;
    this.#timer = setTimeout(() => this.#expire(), Math.ceil(log.timeoutNs / 1e6) + TIMER_SLACK_MS);
  }

  get settled(): boolean {
    return this.#settled;
  }

  /** The answer is complete: `wrong`, when its status is. Too late is too late, even before the timer fires. */
  answered(ended: Ns, wrong?: NetprobeError): void {
    if (this.#settled) return;
    this.time.ended = ended;
    if (ended - this.released > this.#log.timeoutNs) this.#settle('timeout', this.#log.late());
    else this.#settle(wrong === undefined ? 'received' : 'status', wrong);
  }

  failed(outcome: Outcome, why: NetprobeError): void {
    if (!this.#settled) this.#settle(outcome, why);
  }

  /** The cell has ended: no answer of the target's, and no failure of it. */
  abandon(): void {
    if (this.#settled) return;
    this.#settle('skipped');
    this.release();
  }

  #expire(): void {
    this.#settle('timeout', this.#log.late());
    this.release();
  }

  #settle(outcome: Outcome, why?: NetprobeError): void {
    this.#settled = true;
    clearTimeout(this.#timer);
    const { sent, connect, tls, ready, first, ended, status, bytes, reused } = this.time;
    const handed = least(this.time.handed, first);
    this.#log.put(this, outcome, why, {
      seq: this.seq,
      intended: this.#intended,
      sent,
      received: outcome === 'received' ? ended : null,
      outcome: outcomeCode(outcome),
      released: this.released,
      connect,
      tls,
      send: between(ready, handed),
      wait: between(handed, first),
      transfer: between(first, ended),
      status,
      bytes,
      reused: reused === null ? null : Number(reused),
    });
  }
}

function between(from: Ns | null, to: Ns | null): Ns | null {
  return from === null || to === null ? null : to - from;
}

/** A server may answer before it has taken the whole request: then sending ends with the answer's first byte. */
function least(handed: Ns | null, first: Ns | null): Ns | null {
  if (first === null) return handed;
  return handed === null ? first : Math.min(handed, first);
}
