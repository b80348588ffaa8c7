import { availableParallelism } from 'node:os';
import { type HostPort, LaneHost } from '../lane/host.ts';

export type LaneName = 'quiet' | 'load';
export type StartLane = (name: LaneName) => HostPort;

/** The agent's lanes, started when first needed: one quiet one for latency, a few for load, one of those per core to spare. */
export class AgentLanes {
  readonly #start: StartLane;
  readonly #quiet: LaneHost[] = [];
  readonly #load: LaneHost[] = [];
  readonly #maxLoad = Math.max(1, availableParallelism() - 1);

  constructor(start: StartLane) {
    this.#start = start;
  }

  /** The lane for another session: the least busy one. */
  for(name: LaneName): LaneHost {
    const lanes = name === 'quiet' ? this.#quiet : this.#load;
    for (let i = lanes.length - 1; i >= 0; i -= 1) if (lanes[i]?.gone) lanes.splice(i, 1);
    const idle = lanes.find((lane) => lane.busy === 0);
    if (idle) return idle;
    if (lanes.length < (name === 'quiet' ? 1 : this.#maxLoad)) {
      const lane = new LaneHost(this.#start(name));
      lanes.push(lane);
      return lane;
    }
    return lanes.reduce((least, lane) => (lane.busy < least.busy ? lane : least));
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#quiet, ...this.#load].map((lane) => lane.stop()));
  }
}
