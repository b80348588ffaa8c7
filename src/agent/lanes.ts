import { availableParallelism } from 'node:os';
import { type HostPort, LaneHost } from '../lane/host.ts';
import type { StrangerRules } from '../lane/messages.ts';

export type LaneName = 'quiet' | 'load';
export type StartLane = (name: LaneName) => HostPort;

/** Where the quiet lane takes datagrams, and from whom besides its sessions. */
interface DatagramsAt {
  host: string;
  port: number;
  strangers: StrangerRules | null;
}

/** The agent's lanes, started when first needed: one quiet one for latency, a few for load, one of those per core to spare. */
export class AgentLanes {
  readonly #start: StartLane;
  readonly #quiet: LaneHost[] = [];
  readonly #load: LaneHost[] = [];
  readonly #maxLoad = Math.max(1, availableParallelism() - 1);
  #datagrams: DatagramsAt | undefined;

  constructor(start: StartLane) {
    this.#start = start;
  }

  /** Starts the quiet lane with its UDP port. Rejects with NETPROBE_LISTEN when that cannot be had. */
  async listen(at: DatagramsAt): Promise<void> {
    const lane = new LaneHost(this.#start('quiet'));
    try {
      await lane.listen(at.host, at.port, at.strangers);
    } catch (error) {
      await lane.stop();
      throw error;
    }
    this.#quiet.push(lane);
    this.#datagrams = at;
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
      if (name === 'quiet') this.#listenAgain(lane);
      return lane;
    }
    return lanes.reduce((least, lane) => (lane.busy < least.busy ? lane : least));
  }

  /** A quiet lane that died left its UDP port free. Without one, sessions that need it are refused. */
  #listenAgain(lane: LaneHost): void {
    if (this.#datagrams === undefined) return;
    const { host, port, strangers } = this.#datagrams;
    lane.listen(host, port, strangers).catch(() => undefined);
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#quiet, ...this.#load].map((lane) => lane.stop()));
  }
}
