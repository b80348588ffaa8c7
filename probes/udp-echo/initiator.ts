import { NetprobeError } from '../../src/contract/error.ts';
import type { ProbeIo } from '../../src/contract/io.ts';
import type { Cost, Run } from '../../src/contract/kind.ts';
import type { Ns } from '../../src/contract/records.ts';
import { intendedTimes, plannedCount } from '../../src/contract/schedule.ts';
import { aborted } from '../../src/measure/aborted.ts';
import { Flow, type FlowsShared, farClock } from './flow.ts';
import { HELLO_NS } from './hello.ts';
import type { udpEcho } from './index.ts';
import { kept } from './kept.ts';
import type { UdpEchoOptions } from './options.ts';
import { wallStart } from './wall.ts';

type Io = ProbeIo<typeof udpEcho.tables>;

/** How often the end of waiting is looked for. */
const WAIT_MS = 20;
/** When all is answered, only copies can still come: a network makes them of packets on their way, not long after. */
const COPIES_NS = 500e6;

export const run: Run<UdpEchoOptions, typeof udpEcho.tables> = async ({ options, seats, seed, caps }, io, signal) => {
  const site = seats[1]?.site ?? 'the target';
  const shared = sharedOf(options, caps, io);
  const flows: Flow[] = [];
  const foreign = !io.endpoint(1, 'udp').agent;
  try {
    flows.push(...(await Promise.all(Array.from({ length: options.flows }, (_, flow) => openFlow(flow, shared, io)))));
    io.fact(
      'flows',
      flows.map(({ localPort }, flow) => ({ flow, local_port: localPort })),
    );
    io.fact('reflector', foreign ? 'foreign' : 'agent');
    await Promise.race([aborted(signal), sendAll(flows, shared, seed, io)]);
  } finally {
    io.fact('rejected', shared.rejected);
    io.fact('refusals', shared.refusals);
    const estimate = foreign ? flows.find(({ farEstimate }) => farEstimate !== undefined)?.farEstimate : undefined;
    if (estimate !== undefined) io.fact('far_clock', farClock(estimate));
    for (const flow of flows) flow.close();
  }
  if (shared.received === 0) throw nothingCame(site, options, shared);
  if (shared.unsent?.origin === 'local') io.trouble(shared.unsent);
  if (shared.rejected.unrecorded > 0) io.trouble(tooMany(site, shared));
};

function sharedOf(options: UdpEchoOptions, caps: Cost, io: Io): FlowsShared {
  const rejections = [
    'oversized',
    'truncated',
    'not-stamp',
    'unauthenticated',
    'forged',
    'unknown',
    'too_late',
  ] as const;
  const none = Object.fromEntries([...rejections, 'unrecorded'].map((name) => [name, 0]));
  return {
    options,
    requests: io.table('request'),
    replies: io.table('reply'),
    rowsLeft: caps.rows['reply'] ?? 0,
    wall: wallStart(io.clock.startedUnixNs),
    rejected: none as FlowsShared['rejected'],
    received: 0,
    answered: 0,
    lastReply: 0,
    refusals: 0,
    refusal: undefined,
    unsent: undefined,
  };
}

async function openFlow(flow: number, shared: FlowsShared, io: Io): Promise<Flow> {
  const { options } = shared;
  const way = await io.datagrams(1, { flow, timeoutNs: Math.max(options.timeout, HELLO_NS), dscp: options.dscp });
  return new Flow(flow, way, way.key ?? sharedKey(options.key), kept(options), shared);
}

/** A key is written in hex, or is its text's bytes. */
function sharedKey(key: UdpEchoOptions['key']): Uint8Array | null {
  if (typeof key !== 'string') return null;
  const hex = /^(?:[0-9a-f]{2})+$/i.test(key);
  return Buffer.from(key, hex ? 'hex' : 'utf8');
}

/** Sends on schedule, then waits for what is on its way: a packet may come, or come again, until the timeout. */
async function sendAll(flows: Flow[], shared: FlowsShared, seed: number, io: Io): Promise<void> {
  const { now, start, pace } = io.clock;
  const { options } = shared;
  let last: Ns = now();
  await pace(intendedTimes(options, await start(), seed), (intended, index) => {
    (flows[index % flows.length] as Flow).send(intended, now);
    last = now();
  });
  await new Promise<void>((resolve) => {
    const look = setInterval(() => {
      const quiet = now() - Math.max(last, shared.lastReply);
      const all = shared.answered === plannedCount(options);
      if (now() - last <= options.timeout && !(all && quiet > COPIES_NS)) return;
      clearInterval(look);
      resolve();
    }, WAIT_MS);
  });
}

function nothingCame(site: string, options: UdpEchoOptions, shared: FlowsShared): NetprobeError {
  if (shared.unsent !== undefined) return shared.unsent;
  if (shared.refusal !== undefined) return shared.refusal;
  const others = Object.entries(shared.rejected).filter(([, count]) => count > 0);
  return new NetprobeError('NETPROBE_TIMEOUT', `${site} answered none of ${plannedCount(options)} packets`, {
    expected: `a STAMP reply within ${options.timeout / 1e9} s`,
    found: others.map(([reason, count]) => `${count} packets that were ${reason}`).join(', ') || 'nothing',
    hint: 'is there a reflector, in the same mode and with the same key, and does UDP get through both ways?',
  });
}

function tooMany(site: string, { rejected }: FlowsShared): NetprobeError {
  return new NetprobeError('NETPROBE_PROTOCOL', `${site} sent more replies than could be kept`, {
    expected: 'about one for each request',
    found: `${rejected.unrecorded} more`,
  });
}
