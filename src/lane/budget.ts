import type { Ns } from '../contract/records.ts';

const DAY_NS = 86_400e9;

/** So many a second, and no more than a second's worth at once. */
export class TokenBucket {
  readonly #perSecond: number;
  readonly #now: () => Ns;
  #tokens: number;
  #filledAt: Ns;

  constructor(perSecond: number, now: () => Ns) {
    this.#perSecond = perSecond;
    this.#now = now;
    this.#tokens = perSecond;
    this.#filledAt = now();
  }

  /** Takes one; false when there is none. */
  take(): boolean {
    const at = this.#now();
    this.#tokens = Math.min(this.#perSecond, this.#tokens + ((at - this.#filledAt) / 1e9) * this.#perSecond);
    this.#filledAt = at;
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}

/** So much in 24 hours, counted from the first. */
export class DailyBudget {
  readonly #most: number;
  readonly #now: () => Ns;
  #since: Ns;
  #used = 0;

  constructor(most: number, now: () => Ns) {
    this.#most = most;
    this.#now = now;
    this.#since = now();
  }

  /** Takes so much; false when the day has no more of it. */
  take(amount: number): boolean {
    const at = this.#now();
    if (at - this.#since >= DAY_NS) {
      this.#since = at;
      this.#used = 0;
    }
    if (this.#used + amount > this.#most) return false;
    this.#used += amount;
    return true;
  }
}
