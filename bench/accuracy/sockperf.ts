import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Tool } from './measured.ts';
import { serve } from './serve.ts';
import { portTraffic, view } from './traffic.ts';

const PORT = 11111;
const TOTALS = /\[Valid Duration\].*SentMessages=(\d+); ReceivedMessages=(\d+)/;
const ODD = /# dropped messages = (\d+); # duplicated messages = (\d+); # out-of-order messages = (\d+)/;
/** It sends before and after what it counts. */
const WARM_UP_S = 2;

export const sockperf: Tool = {
  name: 'sockperf',
  needs: { program: 'sockperf', apt: 'sockperf' },
  logOnly: `udp:${PORT} tcp:${PORT}`,
  leadS: 0.9,
  unfit: ({ ipVersion }) => (ipVersion === 6 ? 'this version has no IPv6' : null),
  async measure({ path, scenario, seconds, far, folder }) {
    const { rate, protocol = 'udp' } = scenario;
    const tcp = protocol === 'tcp' ? ['--tcp'] : [];
    const server = await serve(path, 'sockperf', ['server', '-i', far.v4, '-p', String(PORT), ...tcp], 'using');
    const file = join(folder, 'sockperf.csv');
    const under = ['under-load', '-i', far.v4, '-p', String(PORT), ...tcp, '-t', String(seconds + WARM_UP_S)];
    const load = ['--mps', String(rate), '--reply-every=1', '-m', '64', '--full-rtt', '--no-rdtsc', '--full-log', file];
    const { stdout } = await path.run('a', 'sockperf', [...under, ...load]);
    server.kill();
    const rows = (await readFile(file, 'utf8'))
      .split('\n')
      .filter((line) => /^\d+, /.test(line))
      .map((line) => line.split(', ').map(Number));
    const sentAtNs = rows.map(([, sent = 0]) => sent * 1e9);
    const rttMs = new Map(rows.map(([number = 0, , , rttUs = 0]) => [String(number), rttUs / 1000]));
    const [, sent = 0, received = 0] = (TOTALS.exec(stdout) ?? []).map(Number);
    const [, , copies = 0, reordered = 0] = (ODD.exec(stdout) ?? []).map(Number);
    return {
      series: [{ name: 'full-rtt', truth: 'span', rttMs }],
      counts: protocol === 'tcp' ? { sent } : { sent, lost: sent - received, copies, reordered },
      traffic: portTraffic(protocol, PORT, keyOf),
      sentAtNs,
      instrument: null,
      flows: null,
    };
  },
};

/** Number (8 bytes, big-endian), flags (2), length (4): see the first message of the flow. Flag 4: a warm-up message. */
function keyOf(payload: Uint8Array): string | undefined {
  return payload.length >= 14 ? String(view(payload).getBigUint64(0)) : undefined;
}
