import { once } from 'node:events';
import net, { type AddressInfo } from 'node:net';
import type { Agent } from '../../src/agent/agent.ts';
import type { Figure } from '../../src/contract/figures.ts';
import type { Json } from '../../src/contract/json.ts';
import type { AnyKind, Metric, Registry } from '../../src/contract/kind.ts';
import type { Whereabouts } from '../../src/run/cell-task.ts';
import { summarise } from '../../src/stats/summary.ts';
import { agentInProcess, SECRET } from './play-cell.ts';
import type { Measured } from './reduced.ts';

type Given = { [key: string]: Json };

/** Options of each kind: some that are soon done, and what makes of them a cell that does not end by itself. */
const SHORT: Record<string, { brief: Given; endless: Given }> = {
  'tcp-connect': { brief: { count: 20, rate: '500/s' }, endless: { count: 100_000, rate: '100/s' } },
  'tcp-echo': { brief: { count: 20, rate: '500/s' }, endless: { count: 50_000, rate: '100/s' } },
  'tcp-throughput': { brief: { duration: '300ms', warmup: '100ms', streams: 2 }, endless: { duration: '1m' } },
  'http-request': { brief: { count: 20, rate: '200/s' }, endless: { count: 50_000, rate: '100/s' } },
  'http-throughput': { brief: { duration: '300ms', warmup: '100ms', connections: 2 }, endless: { duration: '1m' } },
  'ws-echo': { brief: { count: 20, rate: '500/s' }, endless: { count: 50_000, rate: '100/s' } },
  'udp-echo': {
    brief: { count: 20, rate: '500/s', timeout: '1s', flows: 2 },
    endless: { count: 50_000, rate: '100/s' },
  },
  'ws-throughput': { brief: { duration: '300ms', warmup: '100ms', streams: 2 }, endless: { duration: '1m' } },
};

export function shortOptions(kind: AnyKind): { brief: Given; endless: Given } {
  const known = SHORT[kind.name];
  if (known) return { brief: known.brief, endless: { ...known.brief, ...known.endless } };
  throw new Error(`${kind.name} has no short options: add them to SHORT in test/support/conformance.ts`);
}

interface Peer {
  where: Whereabouts;
  target?: string;
  close(): Promise<void>;
}

/** What a kind is measured against: an agent when it has a responder, otherwise a server that takes connections. */
export async function peerOf(kind: AnyKind, registry: Registry, limits = {}): Promise<Peer> {
  if (kind.sites === 'target') return server();
  const agent: Agent = await agentInProcess(registry, '127.0.0.1', limits);
  return {
    where: { host: agent.host, port: agent.port, family: null, secret: SECRET },
    close: () => agent.drain(0),
  };
}

async function server(): Promise<Peer> {
  const sockets = new Set<net.Socket>();
  const listening = net.createServer((socket) => {
    sockets.add(socket.resume());
    socket.on('error', () => undefined);
  });
  listening.listen(0, '127.0.0.1');
  await once(listening, 'listening');
  const { port } = listening.address() as AddressInfo;
  const target = `tcp://127.0.0.1:${port}`;
  return {
    where: { host: '127.0.0.1', port, family: null, url: target },
    target,
    async close() {
      for (const socket of sockets) socket.destroy();
      listening.close();
      await once(listening, 'close');
    },
  };
}

/** Counts and figures of a measured cell, as text: what must be the same whenever it is computed again. */
export function figuresOf(kind: AnyKind, { reduced }: Pick<Measured, 'reduced'>): string {
  const metrics = Object.entries(kind.metrics as Record<string, Metric>);
  const figures: [string, Figure][] = metrics.map(([name, metric]) => {
    const estimate = reduced.metrics[name];
    if (estimate === undefined) throw new Error(`${kind.name} gives no ${name}`);
    return [name, summarise(estimate, metric)];
  });
  return JSON.stringify({ counts: reduced.counts, figures });
}
