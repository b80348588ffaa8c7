import { NetprobeError } from '../contract/error.ts';
import { usableCores } from '../kernel/usable-cores.ts';
import { type HostPort, LaneHost } from '../lane/host.ts';
import type { StrangerRules } from '../lane/messages.ts';
import { restartPace } from './restart-pace.ts';

export type LaneName = 'quiet' | 'load';
export type StartLane = (name: LaneName) => HostPort;
/** Told what the agent's owner should know of, while the agent goes on. */
export type Complain = (error: NetprobeError) => void;

/** Where the quiet lane takes datagrams, and from whom besides its sessions. */
interface DatagramsAt {
  host: string;
  port: number;
  strangers: StrangerRules | null;
}

/** The agent's lanes: one quiet one for latency, which has the UDP port; a few for load, started when first needed, one of those per core to spare. */
export class AgentLanes {
  readonly #start: StartLane;
  readonly #complain: Complain;
  #quiet: LaneHost | undefined;
  readonly #load: LaneHost[] = [];
  readonly #maxLoad = Math.max(1, usableCores() - 1);
  #datagrams: DatagramsAt | undefined;
  readonly #pace = restartPace(() => performance.now());
  #restart: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(start: StartLane, complain: Complain = () => undefined) {
    this.#start = start;
    this.#complain = complain;
  }

  /** Starts the quiet lane with its UDP port. Rejects with NETPROBE_LISTEN when that cannot be had. */
  async listen(at: DatagramsAt): Promise<void> {
    const lane = this.#startQuiet();
    try {
      await lane.listen(at.host, at.port, at.strangers);
    } catch (error) {
      this.#quiet = undefined;
      await lane.stop();
      throw error;
    }
    this.#datagrams = at;
  }

  /** The lane for another session: the least busy one. */
  for(name: LaneName): LaneHost {
    if (name === 'quiet') return this.#livingQuiet() ?? this.#openQuiet();
    const lanes = this.#load;
    for (let i = lanes.length - 1; i >= 0; i -= 1) if (lanes[i]?.gone) lanes.splice(i, 1);
    const idle = lanes.find((lane) => lane.busy === 0);
    if (idle) return idle;
    if (lanes.length < this.#maxLoad) {
      const lane = new LaneHost(this.#start(name));
      lanes.push(lane);
      return lane;
    }
    return lanes.reduce((least, lane) => (lane.busy < least.busy ? lane : least));
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#restart);
    await Promise.all([this.#quiet, ...this.#load].map((lane) => lane?.stop()));
  }

  #livingQuiet(): LaneHost | undefined {
    return this.#quiet?.gone ? undefined : this.#quiet;
  }

  #startQuiet(): LaneHost {
    const port = this.#start('quiet');
    const lane = new LaneHost({
      ...port,
      onExit: (on) =>
        port.onExit((reason) => {
          on(reason);
          if (lane === this.#quiet)
            this.#openLater('NETPROBE_LANE_DIED', `the measuring process for latency ended: ${reason}`);
        }),
    });
    this.#quiet = lane;
    return lane;
  }

  /** The quiet lane, a new one where the last has died, with the UDP port. Without that, sessions that need it are refused. */
  #openQuiet(): LaneHost {
    clearTimeout(this.#restart);
    this.#restart = undefined;
    const lane = this.#livingQuiet() ?? this.#startQuiet();
    if (this.#datagrams === undefined) return lane;
    const { host, port, strangers } = this.#datagrams;
    lane.listen(host, port, strangers).catch((error: Error) => {
      // Of one that died, its end tells.
      if (!lane.gone) this.#openLater('NETPROBE_LISTEN', error.message);
    });
    return lane;
  }

  /** No session need come for it: senders without one may be served. */
  #openLater(code: 'NETPROBE_LANE_DIED' | 'NETPROBE_LISTEN', message: string): void {
    if (this.#stopped || this.#datagrams === undefined || this.#restart !== undefined) return;
    const waitMs = this.#pace();
    this.#restart = setTimeout(() => this.#openQuiet(), waitMs).unref();
    const words = waitMs === 0 ? 'at once' : `in ${(waitMs / 1000).toFixed(1)} s`;
    this.#complain(
      new NetprobeError(code, message, {
        origin: 'agent',
        hint: `it is tried again ${words}; until then this agent answers no datagrams`,
      }),
    );
  }
}
