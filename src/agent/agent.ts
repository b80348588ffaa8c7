import type { AddressInfo } from 'node:net';
import { NetprobeError } from '../contract/error.ts';
import type { AgentHello, AgentLimits } from '../contract/hello.ts';
import type { Registry } from '../contract/kind.ts';
import { WIRE_VERSION } from '../wire/preface.ts';
import { requireSecret } from './access.ts';
import { createFront } from './front.ts';
import { AgentLanes, type StartLane } from './lanes.ts';
import { DEFAULT_LIMITS } from './limits.ts';
import { Sessions } from './sessions.ts';

export interface AgentOptions {
  host: string;
  /** 0: any free port. */
  port: number;
  secret?: string | undefined;
  limits?: Partial<AgentLimits>;
  registry: Registry;
  startLane: StartLane;
  tool: { name: string; version: string };
}

export interface Agent {
  host: string;
  port: number;
  hello: AgentHello;
  /** Takes no more sessions, waits for those that run (at most `graceMs`), then ends. */
  drain(graceMs: number): Promise<void>;
}

/** Starts an agent. Throws NETPROBE_AGENT_OPEN, NETPROBE_TOKEN_WEAK or NETPROBE_LISTEN. */
export async function startAgent(options: AgentOptions): Promise<Agent> {
  const secret = requireSecret(options.host, options.secret);
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const lanes = new AgentLanes(options.startLane);
  const sessions = new Sessions(options.registry, limits, lanes);
  const hello: AgentHello = {
    tool: options.tool,
    wire: WIRE_VERSION,
    kinds: [...options.registry.values()].filter((kind) => kind.roles['responder']).map((kind) => kind.name),
    limits,
    host: { node: process.version, platform: process.platform, arch: process.arch },
  };
  let draining = false;
  const server = createFront({ secret, hello, sessions, draining: () => draining });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) =>
      reject(
        new NetprobeError('NETPROBE_LISTEN', `cannot listen on ${options.host}:${options.port}: ${cause.message}`, {
          hint: 'is another process using this port, or is the address not of this machine?',
          cause,
        }),
      ),
    );
    server.listen({ host: options.host, port: options.port }, resolve);
  });
  const address = server.address() as AddressInfo;

  return {
    host: address.address,
    port: address.port,
    hello,
    async drain(graceMs) {
      draining = true;
      server.close();
      const patience = new Promise<void>((resolve) => {
        setTimeout(resolve, graceMs).unref();
      });
      await Promise.race([sessions.drained(), patience]);
      await sessions.abortAll(new NetprobeError('NETPROBE_ABORTED', 'the agent is shutting down', { origin: 'agent' }));
      await lanes.stop();
    },
  };
}
