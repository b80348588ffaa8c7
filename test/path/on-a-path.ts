import { describe } from 'vitest';
import type { MeshOptions, PairOptions, PathOptions } from './config.ts';
import { readLog } from './log.ts';
import { pathAvailable, startPath } from './path.ts';
import type { PathSummary } from './summary.ts';
import { SINK_PORT, type UdpReply, type UdpTraffic, udpSink, udpSource } from './traffic.ts';
import { type Flow, selectFlow } from './truth.ts';

const available = await pathAvailable();
if (!available.ok) process.stderr.write(`tests on emulated paths are skipped: ${available.why}\n`);

/** Like `describe`, where paths can be emulated; elsewhere its tests are skipped, and why is on standard error. */
export const describeOnPath = describe.skipIf(!available.ok);

/** What a path did to datagrams from site `a` to site `b`, and to their echoes if there were any. */
export interface Observed {
  flow: Flow;
  /** What the sender at `a` saw of the echoes. */
  replies: UdpReply[];
  summary: PathSummary;
}

interface How {
  traffic: UdpTraffic;
  echo?: boolean;
  ipVersion?: 4 | 6;
  pairs?: PairOptions;
  seed?: number;
}

/** Sends datagrams over a path with those options in both directions, and reads its log. */
export async function observe(defaults: PathOptions, how: How): Promise<Observed> {
  const { traffic, echo = false, ipVersion = 4, ...more } = how;
  const options: MeshOptions<'a' | 'b'> = { sites: ['a', 'b'], defaults, log: { only: [`udp:${SINK_PORT}`] }, ...more };
  const path = await startPath(options);
  try {
    await udpSink(path, 'b', echo);
    const { v4, v6 } = path.sites.b;
    const replies = await udpSource(path, 'a', ipVersion === 4 ? v4 : (v6 ?? ''), traffic);
    const { summary, logFile } = await path.stop();
    const { records } = await readLog(logFile ?? '');
    return { flow: selectFlow(records, { from: 'a', to: 'b', protocol: 17, port: SINK_PORT }), replies, summary };
  } finally {
    await path.stop();
  }
}

/** The delays that were drawn, in ms, in order of coming in: exact, whatever the machine did meanwhile. */
export function drawnMs({ requests }: Flow): number[] {
  return requests
    .filter(({ fate }) => fate === 'forwarded')
    .sort((a, b) => a.index - b.index)
    .map(({ dueNs, inNs }) => ((dueNs ?? Number.NaN) - inNs) / 1e6);
}
