/** Whoever is ready waits no longer than this for another one to be. */
const SILENCE_MS = 1500;

/**
 * Lets the cells of a slot begin their schedules at the same moment: when all of them are ready or have ended, or when
 * none has become ready for a while, since the dead must not hold up the living. Who is ready later begins alone.
 */
export class Together {
  readonly #start: (ids: string[]) => void;
  readonly #silenceMs: number;
  /** Cells that are neither ready nor have ended. */
  #expected: number;
  #waiting: string[] = [];
  #silence: NodeJS.Timeout | undefined;
  #begun = false;

  /** `start` is told who begins now. */
  constructor(cells: number, start: (ids: string[]) => void, silenceMs = SILENCE_MS) {
    this.#expected = cells;
    this.#start = start;
    this.#silenceMs = silenceMs;
  }

  /** A place for one cell. */
  join(): Place {
    let counted = false;
    const count = () => {
      if (!counted) this.#expected -= 1;
      counted = true;
    };
    return {
      ready: (id) => {
        count();
        if (this.#begun) {
          this.#start([id]);
          return;
        }
        this.#waiting.push(id);
        this.#look();
      },
      leave: () => {
        if (counted) return;
        count();
        this.#look();
      },
    };
  }

  #look(): void {
    clearTimeout(this.#silence);
    if (this.#begun || this.#waiting.length === 0) return;
    if (this.#expected > 0) this.#silence = setTimeout(() => this.#begin(), this.#silenceMs);
    else this.#begin();
  }

  #begin(): void {
    this.#begun = true;
    this.#start(this.#waiting);
    this.#waiting = [];
  }
}

/** What one cell tells those that it is measured with. */
export interface Place {
  /** It is set up; `id`: of its activity. To be called once. */
  ready(id: string): void;
  /** It has ended, ready or not. */
  leave(): void;
}
