import type { Measured, Tool } from './measured.ts';
import { pingTraffic } from './traffic.ts';

const LINE = /^\[[\d.]+\] .*icmp_seq=(\d+) .*time=([\d.]+) ms(.*)$/;
const TOTALS = /(\d+) packets transmitted, (\d+) received(?:, \+(\d+) duplicates)?/;

export const ping: Tool = {
  name: 'ping',
  needs: { program: 'ping', apt: 'iputils-ping' },
  logOnly: 'icmp icmp6',
  leadS: 0,
  unfit: ({ protocol, flows }) =>
    protocol === 'tcp' ? 'no TCP' : (flows ?? 1) > 1 ? 'its packets are of no flow: they have no ports' : null,
  async measure({ path, scenario, seconds, far }) {
    const { rate, ipVersion = 4 } = scenario;
    const address = (ipVersion === 4 ? far.v4 : far.v6) ?? '';
    const args = ['-n', '-D', `-${ipVersion}`, '-i', String(1 / rate), '-c', String(rate * seconds)];
    // 56 bytes and the 8 of ICMP are the 64 that the others send.
    const { stdout } = await path.run('a', 'ping', [...args, '-s', '56', '-W', '3', address]);
    return { ...read(stdout), traffic: pingTraffic(ipVersion), sentAtNs: null, instrument: null, flows: null };
  },
};

function read(stdout: string): Pick<Measured, 'series' | 'counts'> {
  const rttMs = new Map<string, number>();
  for (const line of stdout.split('\n')) {
    const [, seq = '', ms = '', more = ''] = LINE.exec(line) ?? [];
    if (seq !== '' && !more.includes('DUP')) rttMs.set(seq, Number(ms));
  }
  const [, sent, received, copies = 0] = TOTALS.exec(stdout) ?? [];
  if (sent === undefined) throw new Error(`ping said no totals: ${stdout.slice(-300)}`);
  return {
    series: [{ name: 'time', truth: 'span', rttMs }],
    counts: { sent: Number(sent), lost: Number(sent) - Number(received), copies: Number(copies) },
  };
}
