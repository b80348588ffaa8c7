import { LaneHost } from '../lane/host.ts';
import { threadLane } from '../lane/spawn.ts';

/** The controller's measuring threads: one quiet lane for latency, one load lane for throughput; each when needed. */
export class RunLanes {
  readonly #lane: URL;
  readonly #hosts = new Map<'quiet' | 'load', LaneHost>();

  constructor(lane: URL) {
    this.#lane = lane;
  }

  /** The lane of this name; a new one if the last has died. */
  get(name: 'quiet' | 'load'): LaneHost {
    const known = this.#hosts.get(name);
    if (known && !known.gone) return known;
    const made = new LaneHost(threadLane(this.#lane, { quiet: name === 'quiet' }));
    this.#hosts.set(name, made);
    return made;
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#hosts.values()].map((host) => host.stop()));
  }
}
