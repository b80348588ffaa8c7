import type { Ns } from '../contract/records.ts';

/** Packets that come closer together than this, in the mean, are waited for awake; and no longer than this. */
const NEAR_NS = 2e6;
/** A pause says nothing more of the rate than this. */
const PAUSE_NS = 10 * NEAR_NS;
/** Whether it may stay awake is asked this often. */
const ASK_NS = 50e6;
/** The newest gap's weight in the mean. */
const WEIGHT = 1 / 8;

/**
 * Keeps a thread awake between packets that come in quick succession, by turns of the event loop, so that an answer does
 * not wait for the thread to be woken. It rests when they come slowly, or no more.
 */
export class Attention {
  readonly #now: () => Ns;
  #last: Ns = Number.NEGATIVE_INFINITY;
  #gap: Ns = PAUSE_NS;
  #awake = false;
  readonly #may: () => boolean;
  #allowed = false;
  #askedAt: Ns = Number.NEGATIVE_INFINITY;

  /** `may`: whether a core is to spare for it at the moment. */
  constructor(now: () => Ns, may: () => boolean) {
    this.#now = now;
    this.#may = may;
  }

  /** A packet has come, and was dealt with. */
  came(): void {
    const now = this.#now();
    this.#gap += WEIGHT * (Math.min(now - this.#last, PAUSE_NS) - this.#gap);
    this.#last = now;
    if (this.#gap > NEAR_NS || this.#awake) return;
    this.#awake = this.#isAllowed(now);
    if (this.#awake) setImmediate(this.#wait);
  }

  readonly #wait = (): void => {
    const now = this.#now();
    this.#awake = now - this.#last < NEAR_NS && this.#isAllowed(now);
    if (this.#awake) setImmediate(this.#wait);
  };

  #isAllowed(now: Ns): boolean {
    if (now - this.#askedAt < ASK_NS) return this.#allowed;
    this.#askedAt = now;
    this.#allowed = this.#may();
    return this.#allowed;
  }
}
