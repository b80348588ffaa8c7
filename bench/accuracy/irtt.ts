import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Counts, Tool } from './measured.ts';
import { serve } from './serve.ts';
import { portTraffic, view } from './traffic.ts';

const PORT = 2112;

interface Stamps {
  receive?: { monotonic: number };
  send: { monotonic: number };
}
interface Output {
  stats: {
    packets_sent: number;
    packets_received: number;
    server_packets_received: number;
    duplicates: number;
    late_packets: number;
  };
  round_trips: {
    seqno: number;
    timestamps: { client: Stamps };
    delay: { rtt?: number };
  }[];
}

export const irtt: Tool = {
  name: 'irtt',
  needs: { program: 'irtt', apt: 'irtt' },
  logOnly: `udp:${PORT}`,
  leadS: 0.2,
  unfit: ({ protocol }) => (protocol === 'tcp' ? 'no TCP' : null),
  async measure({ path, scenario, seconds, far, folder }) {
    const { rate, ipVersion = 4 } = scenario;
    const address = ipVersion === 4 ? far.v4 : `[${far.v6}]`;
    const server = await serve(path, 'irtt', ['server', '-b', `${address}:${PORT}`, '-i', '0'], 'ListenerStart');
    const file = join(folder, 'irtt.json');
    const args = ['-Q', `-${ipVersion}`, '-i', `${1000 / rate}ms`, '-d', `${seconds}s`, '-l', '64', '-o', file];
    const { stderr } = await path.run('a', 'irtt', ['client', ...args, `${address}:${PORT}`]);
    server.kill();
    const output: Output = JSON.parse(
      await readFile(file, 'utf8').catch(() => {
        throw new Error(`irtt wrote no result: ${stderr.trim()}`);
      }),
    );
    const rtt = new Map<string, number>();
    const raw = new Map<string, number>();
    for (const { seqno, delay, timestamps } of output.round_trips) {
      if (delay.rtt !== undefined) rtt.set(String(seqno), delay.rtt / 1e6);
      const { send, receive } = timestamps.client;
      if (receive !== undefined && receive.monotonic > 0)
        raw.set(String(seqno), (receive.monotonic - send.monotonic) / 1e6);
    }
    return {
      series: [
        { name: 'rtt', truth: 'path', rttMs: rtt },
        { name: 'rtt with hold', truth: 'span', rttMs: raw },
      ],
      counts: countsOf(output, rtt.size),
      traffic: portTraffic('udp', PORT, keyOf),
      sentAtNs: null,
      instrument: null,
      flows: null,
    };
  },
};

/** Its numbers of packets as they stand: copies are among those received. */
function countsOf({ stats }: Output, answered: number): Counts {
  return {
    sent: stats.packets_sent,
    lost: stats.packets_sent - answered,
    lost_fwd: stats.packets_sent - stats.server_packets_received,
    lost_rev: stats.server_packets_received - stats.packets_received,
    copies: stats.duplicates,
    reordered: stats.late_packets,
  };
}

/** Magic (3 bytes), flags, token (8), then the number, little-endian. Flags: 2 a reply, others open and close. */
function keyOf(payload: Uint8Array): string | undefined {
  const flags = payload[3] ?? 0;
  return payload.length >= 16 && (flags & ~2) === 0 ? String(view(payload).getUint32(12, true)) : undefined;
}
