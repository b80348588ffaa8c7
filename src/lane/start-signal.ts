import type { Ns } from '../contract/records.ts';

/** A schedule begins so long after all is ready, so that its first send is not late by what is still being set up, … */
const LEAD_NS = 10e6;
/** … and so much longer for each activity that begins with it. */
const LEAD_EACH_NS = 200e3;

/** Holds an activity's schedule until all that are measured at the same time are ready: set-up disturbs no one's sending. */
export class StartSignal {
  readonly #now: () => Ns;
  readonly #start: Promise<Ns>;
  #give: (at: Ns) => void = () => undefined;

  /** `now`: the activity's clock. */
  constructor(now: () => Ns) {
    this.#now = now;
    this.#start = new Promise((resolve) => {
      this.#give = resolve;
    });
  }

  /** Lets it begin, as one of so many. */
  go(together: number): void {
    this.#give(this.#now() + LEAD_NS + together * LEAD_EACH_NS);
  }

  /** When the schedule begins. Rejects with the signal's reason. */
  at(signal: AbortSignal): Promise<Ns> {
    return new Promise((resolve, reject) => {
      const onAbort = () => reject(signal.reason);
      if (signal.aborted) onAbort();
      signal.addEventListener('abort', onAbort, { once: true });
      void this.#start.then((at) => {
        signal.removeEventListener('abort', onAbort);
        resolve(at);
      });
    });
  }
}
