import { vi } from 'vitest';

interface Task {
  due: number;
  order: number;
  run: () => void;
  everyNs?: number;
}

/** Each turn of the loop takes this long, so that what spins through it gets on. */
const TURN_NS = 10_000;
const MAX_TIMER_MS = 2 ** 31 - 1;
const yieldToNode = setImmediate;

/**
 * An event loop in virtual time, instead of Node's timers: nothing waits, and the test decides how long the loop is
 * held up. Made before and stopped after each test (`vi.unstubAllGlobals`).
 */
export class FakeLoop {
  now = 0;
  /** Turns so far: callbacks of immediates and timers each have one of their own. */
  turns = 0;
  #order = 0;
  readonly #tasks = new Set<Task>();

  constructor() {
    // As Node does: a delay that is too long, or none, is one of 1 ms.
    const after = (run: () => void, ms = 0) =>
      this.#add({ due: this.now + (ms >= 1 && ms <= MAX_TIMER_MS ? ms : 1) * 1e6, run });
    const every = (run: () => void, ms: number) => this.#add({ due: this.now + ms * 1e6, run, everyNs: ms * 1e6 });
    const clear = (handle?: { task: Task }) => handle && this.#tasks.delete(handle.task);
    vi.stubGlobal('setTimeout', after);
    vi.stubGlobal('setInterval', every);
    vi.stubGlobal('setImmediate', (run: () => void) => this.#add({ due: this.now, run }));
    for (const name of ['clearTimeout', 'clearInterval', 'clearImmediate']) vi.stubGlobal(name, clear);
  }

  readonly clock = () => this.now;

  /** Timers and immediates that are still set. */
  get pending(): number {
    return this.#tasks.size;
  }

  /** The loop does something else for so long. */
  block(ns: number): void {
    this.now += ns;
  }

  /** Runs whatever is due until then, or until nothing is set any more. */
  async run(until = Number.POSITIVE_INFINITY): Promise<void> {
    await settled();
    for (let task = this.#next(); task !== undefined && task.due <= until; task = this.#next()) {
      this.now = Math.max(this.now + TURN_NS, task.due);
      this.turns += 1;
      if (task.everyNs === undefined) this.#tasks.delete(task);
      else task.due = this.now + task.everyNs;
      task.run();
      await settled();
    }
    if (until !== Number.POSITIVE_INFINITY) this.now = Math.max(this.now, until);
  }

  #add(task: Omit<Task, 'order'>) {
    const added = { ...task, order: this.#order++ };
    this.#tasks.add(added);
    const handle = { task: added, unref: () => handle };
    return handle;
  }

  #next(): Task | undefined {
    return [...this.#tasks].sort((a, b) => a.due - b.due || a.order - b.order)[0];
  }
}

/** Resolves when all promises that can go on have gone on. */
function settled(): Promise<void> {
  return new Promise((resolve) => {
    yieldToNode(resolve);
  });
}
