import { readFile } from 'node:fs/promises';
import net from 'node:net';
import { startAgent } from '../agent/agent.ts';
import { NetprobeError } from '../contract/error.ts';
import type { AgentLimits } from '../contract/hello.ts';
import { formatDuration, formatSize, parseDuration, parseSize } from '../contract/units.ts';
import { processLane } from '../lane/spawn.ts';
import { parseServe, type ServeFlags } from './agent-serve.ts';
import { EXIT, type ExitCode } from './exit.ts';
import { printError } from './print-error.ts';
import type { Roots } from './roots.ts';

interface AgentFlags extends ServeFlags {
  listen: string;
  tokenFile?: string;
  token?: string;
  maxDuration?: string;
  maxStreams?: string;
  maxConnections?: string;
  maxPayload?: string;
  maxSessions?: string;
  maxRows?: string;
  json?: boolean;
  endWithStdin?: boolean;
}

/** A session in progress may take this long to end after SIGTERM; a second signal ends it at once. */
const DRAIN_MS = 30_000;

/** `netprobe agent`: serves until it is told to end. */
export async function agent(flags: AgentFlags, roots: Roots): Promise<ExitCode> {
  const { host, port } = parseListen(flags.listen);
  const secret = await readSecret(flags);
  const strangers = parseServe(flags);
  const agent = await startAgent({
    host,
    port,
    secret,
    limits: parseLimits(flags),
    strangers,
    registry: await roots.registry(),
    // An embedded agent shares its machine with the sender, which needs the core more.
    startLane: (lane) =>
      processLane(roots.lane, { quiet: lane === 'quiet', awake: lane === 'quiet' && flags.endWithStdin !== true }),
    tool: roots.tool,
    complain: (error) => printError(error, flags.json === true),
  });
  // Whoever reads the line that it listens may end it at once.
  const told = untilTold(flags.endWithStdin === true);
  const where = `${agent.host.includes(':') ? `[${agent.host}]` : agent.host}:${agent.port}`;
  if (flags.json) {
    const { hello } = agent;
    const line = { host: agent.host, port: agent.port, agent: `netprobe://${where}`, hello };
    process.stdout.write(`${JSON.stringify(line)}\n`);
  } else {
    const { limits } = agent.hello;
    process.stdout.write(
      [
        `${roots.tool.name} ${roots.tool.version} agent listens on ${where}`,
        `  paste into sites.yaml:  agent: "netprobe://${where}"${secret === undefined ? '' : ', token: { env: NETPROBE_TOKEN }'}`,
        `  at most ${limits.sessions} sessions of ${formatDuration(limits.durationNs)}, ${limits.streams} streams, messages of ${formatSize(limits.payloadBytes)}, ${limits.rows} rows`,
        secret === undefined ? '  no token: only this machine can reach it' : '  the token is needed to use it',
        ...(strangers === null
          ? []
          : [
              `  STAMP without a token for ${strangers.allow.join(', ')}: at most ${strangers.perSecond} packets a second`,
            ]),
        '',
      ].join('\n'),
    );
  }
  await told;
  await agent.drain(DRAIN_MS);
  return EXIT.pass;
}

function parseListen(text: string): { host: string; port: number } {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([^:[\]]+)):(\d{1,5})$/.exec(text);
  const host = match?.[1] ?? match?.[2];
  const port = Number(match?.[3]);
  if (host === undefined || port > 65_535)
    throw new NetprobeError('NETPROBE_USAGE', '--listen takes host:port', {
      expected: 'such as 127.0.0.1:8620 or [::]:8620, port 0 to 65535',
      found: text,
    });
  if (net.isIP(host) === 0 && host !== 'localhost')
    throw new NetprobeError('NETPROBE_USAGE', '--listen takes an address, not a name', {
      expected: 'an IP address',
      found: host,
    });
  return { host, port };
}

async function readSecret(flags: AgentFlags): Promise<string | undefined> {
  if (flags.tokenFile !== undefined) {
    try {
      return (await readFile(flags.tokenFile, 'utf8')).trim();
    } catch (cause) {
      throw new NetprobeError('NETPROBE_SECRET_MISSING', `cannot read the token file ${flags.tokenFile}`, {
        found: (cause as NodeJS.ErrnoException).code ?? 'an error',
        cause,
      });
    }
  }
  const secret = process.env['NETPROBE_TOKEN'] ?? flags.token;
  return secret === '' ? undefined : secret;
}

function parseLimits(flags: AgentFlags): Partial<AgentLimits> {
  const limits: Partial<AgentLimits> = {};
  if (flags.maxDuration) limits.durationNs = quantity('--max-duration', flags.maxDuration, parseDuration, '10m');
  if (flags.maxPayload) limits.payloadBytes = quantity('--max-payload', flags.maxPayload, parseSize, '1 MiB');
  if (flags.maxStreams) limits.streams = quantity('--max-streams', flags.maxStreams, whole, '128');
  if (flags.maxConnections) limits.connections = quantity('--max-connections', flags.maxConnections, whole, '10000');
  if (flags.maxSessions) limits.sessions = quantity('--max-sessions', flags.maxSessions, whole, '16');
  if (flags.maxRows) limits.rows = quantity('--max-rows', flags.maxRows, whole, '5000000');
  return limits;
}

function quantity(flag: string, text: string, parse: (text: string) => number | undefined, example: string): number {
  const value = parse(text);
  if (value !== undefined && value > 0) return value;
  throw new NetprobeError('NETPROBE_USAGE', `${flag}: not a limit`, { expected: `such as ${example}`, found: text });
}

function whole(text: string): number | undefined {
  return /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}

function untilTold(endWithStdin: boolean): Promise<void> {
  return new Promise((resolve) => {
    let told = false;
    const tell = () => {
      if (told) process.exit(EXIT.interrupted);
      told = true;
      resolve();
    };
    process.on('SIGTERM', tell);
    process.on('SIGINT', tell);
    if (endWithStdin)
      process.stdin
        .resume()
        .once('end', () => resolve())
        .once('error', () => resolve());
  });
}
