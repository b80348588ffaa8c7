import type net from 'node:net';
import type { AddressInfo } from 'node:net';
import { NetprobeError } from '../contract/error.ts';
import type { AgentHello, AgentLimits } from '../contract/hello.ts';
import type { Registry } from '../contract/kind.ts';
import { DEFAULT_LIMITS } from '../contract/limits.ts';
import { describeHost } from '../kernel/describe-host.ts';
import type { StrangerRules } from '../lane/messages.ts';
import { WIRE_VERSION } from '../wire/preface.ts';
import { requireSecret } from './access.ts';
import { PATIENCE, type Patience } from './control.ts';
import { createFront } from './front.ts';
import { AgentLanes, type Complain, type StartLane } from './lanes.ts';
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
  patience?: Partial<Patience>;
  /** Whom the STAMP reflector answers without a session; null: nobody. */
  strangers?: StrangerRules | null;
  /** Told of trouble that does not end the agent. */
  complain?: Complain;
}

/** Sessions that are told to end when the agent does have this long to do so. */
const ABORT_MS = 5_000;

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
  const lanes = new AgentLanes(options.startLane, options.complain);
  const sessions = new Sessions(options.registry, limits, lanes);
  const hello: AgentHello = {
    tool: options.tool,
    wire: WIRE_VERSION,
    kinds: [...options.registry.values()].filter((kind) => kind.roles['responder']).map((kind) => kind.name),
    limits,
    host: describeHost(),
  };
  let draining = false;
  const patience = { ...PATIENCE, ...options.patience };
  const server = createFront({ secret, hello, sessions, draining: () => draining, patience });
  const address = await listen(server, lanes, options);
  // Such as no file descriptor left for a connection: the others go on.
  server.on('error', () => undefined);

  return {
    host: address.address,
    port: address.port,
    hello,
    async drain(graceMs) {
      draining = true;
      server.close();
      await Promise.race([sessions.drained(), after(graceMs)]);
      const reason = new NetprobeError('NETPROBE_ABORTED', 'the agent is shutting down', { origin: 'agent' });
      // A lane that hangs is ended all the same.
      await Promise.race([sessions.abortAll(reason), after(ABORT_MS)]);
      await lanes.stop();
    },
  };
}

function after(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms).unref();
  });
}

/** With port 0, another is tried when the one that TCP got is taken on UDP. */
const PORT_TRIES = 5;

/** Listens on TCP, and on UDP at the same port. */
async function listen(server: net.Server, lanes: AgentLanes, options: AgentOptions): Promise<AddressInfo> {
  for (let tries = 1; ; tries += 1) {
    const address = await listenTcp(server, options);
    try {
      const { address: host, port } = address;
      await lanes.listen({ host, port, strangers: options.strangers ?? null });
      return address;
    } catch (error) {
      await new Promise((resolve) => server.close(resolve));
      if (options.port !== 0 || tries === PORT_TRIES) throw error;
    }
  }
}

function listenTcp(server: net.Server, { host, port }: AgentOptions): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    const failed = (cause: NodeJS.ErrnoException) =>
      reject(
        new NetprobeError('NETPROBE_LISTEN', `cannot listen on ${host}:${port}: ${cause.message}`, {
          hint: 'is another process using this port, or is the address not of this machine?',
          cause,
        }),
      );
    server.once('error', failed);
    server.listen({ host, port }, () => {
      server.off('error', failed);
      resolve(server.address() as AddressInfo);
    });
  });
}
