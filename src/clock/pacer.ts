import type { Ns } from '../contract/records.ts';
import { type Due, DueHeap } from './due-heap.ts';

/** Timers fire up to 1.5 ms off, so the last stretch before an intended time is spun through the event loop. */
const SPIN_NS = 2e6;
/** Overdue sends go out in bursts of at most this many, so that a late loop still reads its replies between them. */
const BURST = 64;
/**
 * Each turn of the loop, and each look at the clock, leaves garbage, and collecting it makes sends late. So each turn of
 * a spin rests for some 5 to 10 µs by counting, unless the next send is nearer than that.
 */
const REST_COUNT = 10_000;
const REST_NS = 20e3;
/** Timers hold no longer delay; whoever waits longer looks again then. */
const MAX_TIMER_MS = 2 ** 31 - 1;

interface Stream extends Due {
  times: Iterator<Ns>;
  origin: Ns;
  /** Relative to the origin. */
  intended: Ns;
  index: number;
  send: (intended: Ns, index: number) => void;
  end: (error?: unknown) => void;
}

/**
 * Open-loop pacing of everything that one thread sends: a heap of what is due next, one timer, and a spin through the
 * event loop for the last stretch. However many streams there are, one thread spins.
 */
export class Pacer {
  readonly #now: () => Ns;
  readonly #spinNs: Ns;
  readonly #active: (is: boolean) => void;
  #isActive = false;
  readonly #heap = new DueHeap<Stream>();
  #timer: NodeJS.Timeout | undefined;
  #immediate: NodeJS.Immediate | undefined;
  #sending = false;
  /** Kept, so that counting is not done away with. */
  #counted = 0;

  /**
   * `spin`: false where no core is to spare for it; sends are then as late as timers are. `active` is told when there
   * begins to be anything to send, and when there is nothing any more.
   */
  constructor(
    now: () => Ns,
    { spin = true, active = () => undefined }: { spin?: boolean; active?: (is: boolean) => void } = {},
  ) {
    this.#active = active;
    this.#now = now;
    this.#spinNs = spin ? SPIN_NS : 0;
  }

  /**
   * Calls `send(intended, index)` once for each time of `at` (ns after `origin`, not decreasing), never early, whether or
   * not earlier ones were answered. What is late is caught up at once: nothing is dropped, and the lateness stays visible
   * as the difference of actual and intended times. Resolves after the last send; rejects with the signal's reason, or
   * with what `send` throws.
   */
  pace(at: Iterable<Ns>, origin: Ns, send: (intended: Ns, index: number) => void, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) {
        reject(signal.reason);
        return;
      }
      const times = at[Symbol.iterator]();
      const first = times.next();
      if (first.done) {
        resolve();
        return;
      }
      const onAbort = () => {
        this.#heap.remove(stream);
        stream.end(signal.reason);
        if (!this.#sending) this.#arm();
      };
      const stream: Stream = {
        due: origin + first.value,
        times,
        origin,
        intended: first.value,
        index: 0,
        send,
        end: (error) => {
          signal.removeEventListener('abort', onAbort);
          if (error === undefined) resolve();
          else reject(error);
        },
      };
      signal.addEventListener('abort', onAbort, { once: true });
      this.#heap.add(stream);
      if (!this.#sending) this.#step();
    });
  }

  readonly #step = (): void => {
    this.#sending = true;
    for (let burst = 0; burst < BURST; burst += 1) {
      const next = this.#heap.first();
      if (next === undefined || next.due > this.#now()) break;
      this.#sendOne(next);
    }
    this.#sending = false;
    this.#arm();
  };

  #sendOne(stream: Stream): void {
    try {
      stream.send(stream.intended, stream.index);
      // An abort within the send has ended it already.
      if (!this.#heap.has(stream)) return;
      const next = stream.times.next();
      if (next.done) {
        this.#heap.remove(stream);
        stream.end();
        return;
      }
      stream.intended = next.value;
      stream.index += 1;
      this.#heap.postpone(stream, stream.origin + next.value);
    } catch (error) {
      this.#heap.remove(stream);
      stream.end(error);
    }
  }

  #rest(): void {
    let value = this.#counted;
    for (let i = 0; i < REST_COUNT; i += 1) value = (Math.imul(value, 1_664_525) + 1_013_904_223) | 0;
    this.#counted = value;
  }

  /** Sets what wakes the loop for the stream that is due next, instead of what was set before. */
  #arm(): void {
    clearTimeout(this.#timer);
    clearImmediate(this.#immediate);
    const next = this.#heap.first();
    if (this.#isActive !== (next !== undefined)) {
      this.#isActive = next !== undefined;
      this.#active(this.#isActive);
    }
    if (next === undefined) return;
    const wait = next.due - this.#now();
    // Without spinning, a timer of the next whole millisecond: never early.
    const ms = this.#spinNs > 0 ? Math.floor((wait - this.#spinNs) / 1e6) : Math.ceil(wait / 1e6);
    if (ms < 1) {
      if (this.#spinNs > 0 && wait > REST_NS) this.#rest();
      this.#immediate = setImmediate(this.#step);
    } else this.#timer = setTimeout(this.#step, Math.min(ms, MAX_TIMER_MS));
  }
}
