import { FLOWS, type Flow, type INTERVAL_COLUMNS, INTERVAL_NS } from '../contract/intervals.ts';
import type { Writer } from '../contract/io.ts';
import type { Ns } from '../contract/records.ts';

export interface MeterPlan {
  flow: Flow;
  streams: number;
  warmupNs: Ns;
  durationNs: Ns;
}

/**
 * Counts what a receiver gets, per stream, in intervals of 100 ms from the first byte on. An interval lasts until the
 * loop has read what came in it, and its row says how long it really was. `done` resolves once warm-up and duration
 * have been counted, or with the last interval when the streams end before.
 */
export class IntervalMeter {
  readonly done: Promise<void>;
  /** Bytes counted so far, warm-up included. */
  total = 0;
  readonly #table: Writer<typeof INTERVAL_COLUMNS>;
  readonly #plan: MeterPlan;
  readonly #now: () => Ns;
  readonly #bytes: Float64Array;
  #resolve: () => void = () => undefined;
  #timer: NodeJS.Timeout | undefined;
  #closing: NodeJS.Immediate | undefined;
  #first: Ns | undefined;
  #start: Ns = 0;
  #boundary: Ns = 0;
  #ended = false;

  constructor(table: Writer<typeof INTERVAL_COLUMNS>, plan: MeterPlan, now: () => Ns) {
    this.#table = table;
    this.#plan = plan;
    this.#now = now;
    this.#bytes = new Float64Array(plan.streams);
    this.done = new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  /** Counts bytes that a stream received at this time. */
  add(stream: number, bytes: number, at: Ns): void {
    if (this.#ended) return;
    if (this.#first === undefined) this.#begin(at);
    this.#bytes[stream] = (this.#bytes[stream] ?? 0) + bytes;
    this.total += bytes;
    if (at >= this.#boundary) this.#closeSoon();
  }

  /** Ends the count: the streams are gone. What the interval had so far is kept as omitted. */
  cutOff(at: Ns): void {
    if (this.#ended) return;
    if (this.#first !== undefined && at > this.#start) this.#write(at, true);
    this.#end();
  }

  #begin(at: Ns): void {
    this.#first = at;
    this.#start = at;
    this.#boundary = at + INTERVAL_NS;
    this.#arm();
  }

  /** Intervals in which nothing arrives must end too. */
  #arm(): void {
    const wait = Math.max(0, this.#boundary - this.#now());
    this.#timer = setTimeout(
      () => {
        if (this.#now() >= this.#boundary) this.#closeSoon();
        else this.#arm();
      },
      Math.ceil(wait / 1e6),
    );
  }

  /**
   * After the loop's turn of reading: what waited in the kernel while the loop was held up came before the boundary was
   * noticed, and would make a rate that no path had if it counted for the next interval.
   */
  #closeSoon(): void {
    this.#closing ??= setImmediate(() => {
      this.#closing = undefined;
      this.#closeInterval(this.#now());
    });
  }

  #closeInterval(at: Ns): void {
    const first = this.#first as Ns;
    const { warmupNs, durationNs } = this.#plan;
    this.#write(at, this.#start < first + warmupNs);
    this.#start = at;
    // On the grid of the beginning, but no interval of less than half the length.
    this.#boundary = first + Math.round((at - first) / INTERVAL_NS + 1) * INTERVAL_NS;
    if (at >= first + warmupNs + durationNs) this.#end();
    else {
      clearTimeout(this.#timer);
      this.#arm();
    }
  }

  #write(end: Ns, omitted: boolean): void {
    const flow = FLOWS.indexOf(this.#plan.flow);
    for (let stream = 0; stream < this.#plan.streams; stream += 1) {
      const bytes = this.#bytes[stream] ?? 0;
      this.#table.put({ flow, stream, start: this.#start, end, bytes, omitted: omitted ? 1 : 0 });
      this.#bytes[stream] = 0;
    }
  }

  #end(): void {
    this.#ended = true;
    clearTimeout(this.#timer);
    clearImmediate(this.#closing);
    this.#resolve();
  }
}
