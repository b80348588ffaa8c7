import { expect, test } from 'vitest';
import { readLog } from './log.ts';
import { describeOnPath, observe } from './on-a-path.ts';
import { startPath } from './path.ts';
import { SINK_PORT, tcpTransfer, udpSink, udpSource } from './traffic.ts';
import { countDirection, delaysNs, pairRoundTrips, selectDirection, selectFlow } from './truth.ts';

describeOnPath('a mesh', () => {
  test('of three sites has six directions, each its own', async () => {
    const delays = { 'a>b': 2, 'b>a': 4, 'a>c': 6, 'c>a': 8, 'b>c': 10, 'c>b': 12 };
    const pairs = Object.fromEntries(Object.entries(delays).map(([pair, delayMs]) => [pair, { delayMs }]));
    const path = await startPath({ sites: ['a', 'b', 'c'], pairs, log: { only: ['udp:7000'] } });
    try {
      const sites = ['a', 'b', 'c'] as const;
      expect(sites.map((site) => path.sites[site].v4)).toEqual(['198.18.0.1', '198.18.0.2', '198.18.0.3']);
      for (const site of sites) await udpSink(path, site, true);
      for (const from of sites)
        for (const to of sites) {
          if (from === to) continue;
          const replies = await udpSource(path, from, path.sites[to].v4, { count: 20, perSecond: 200, listenMs: 60 });
          expect(replies).toHaveLength(20);
        }
      const { records } = await readLog((await path.stop()).logFile ?? '');
      for (const [pair, delayMs] of Object.entries(delays)) {
        const [from = '', to = ''] = pair.split('>');
        const packets = selectDirection(records, from, to);
        expect(countDirection(packets)).toMatchObject({ sent: 40, forwarded: 40, reordered: 0 });
        for (const { dueNs, inNs } of packets) expect((dueNs ?? Number.NaN) - inNs).toBe(delayMs * 1e6);
        expect(Math.min(...delaysNs(packets)) / 1e6).toBeGreaterThanOrEqual(delayMs);
      }
    } finally {
      await path.stop();
    }
  });

  test('carries IPv6 as it carries IPv4', async () => {
    const traffic = { count: 100, perSecond: 400, listenMs: 100 };
    const { flow, replies } = await observe({ delayMs: 10 }, { traffic, echo: true, ipVersion: 6 });
    expect(replies).toHaveLength(100);
    expect(flow.requests.every(({ ipVersion, packetBytes }) => ipVersion === 6 && packetBytes === 112)).toBe(true);
    const trips = pairRoundTrips(flow, (payload) => String(Buffer.from(payload).readUInt32BE(0)));
    expect(trips.filter(({ pathRttNs }) => (pathRttNs ?? 0) >= 20e6)).toHaveLength(100);
  });

  test('logs what it is asked to, and no more of each packet', async () => {
    const path = await startPath({ sites: ['a', 'b'], log: { only: ['tcp'], headBytes: 6 } });
    await udpSink(path, 'b');
    await udpSource(path, 'a', path.sites.b.v4, { count: 10 });
    const { sent, received } = await tcpTransfer(path, 'a', 'b', path.sites.b.v4, 1000);
    expect(received).toBe(sent);
    const { summary, logFile } = await path.stop();
    const { records } = await readLog(logFile ?? '');
    expect(summary.directions[0]?.sent).toBeGreaterThan(records.filter(({ from }) => from === 'a').length);
    expect(new Set(records.map(({ protocol }) => protocol))).toEqual(new Set([6]));
    const flow = selectFlow(records, { from: 'a', to: 'b', protocol: 6, port: 7001 });
    const data = flow.requests.filter(({ payloadBytes }) => payloadBytes > 0);
    expect(data.map(({ payloadBytes, payload }) => [payloadBytes, payload.length])).toEqual([[1000, 6]]);
    expect(flow.requests.every(({ destinationPort }) => destinationPort !== SINK_PORT)).toBe(true);
  });
});

describeOnPath('TCP', () => {
  const adverse = { delayMs: 3, jitterMs: 1, reorder: true, lossRatio: 0.005, duplicateRatio: 0.01 };
  test.each([
    ['whole, over a clean path', {}, 'v4', true, 40e6],
    ['whole, over a clean path, IPv6', {}, 'v6', true, 40e6],
    ['over an adverse path', adverse, 'v4', true, 4e6],
    ['over an adverse path, IPv6', adverse, 'v6', true, 4e6],
    ['over an adverse path, cut by the sender', adverse, 'v4', false, 4e6],
    ['through a queue', { delayMs: 5, rateMbps: 200, queueBytes: 200_000 }, 'v4', true, 10e6],
    ['over a path with a small MTU', { delayMs: 2, pathMtu: 1280 }, 'v4', true, 4e6],
    ['over a path with a small MTU, IPv6', { delayMs: 2, pathMtu: 1280 }, 'v6', true, 4e6],
  ] as const)('bytes come through %s', async (_, defaults, family, offload, bytes) => {
    const path = await startPath({ sites: ['a', 'b'], defaults, offload, log: { headBytes: 0 } });
    try {
      const { sent, received } = await tcpTransfer(path, 'a', 'b', path.sites.b[family] ?? '', bytes);
      expect(received).toBe(sent);
      const { summary, logFile } = await path.stop();
      const { records } = await readLog(logFile ?? '');
      const packets = selectDirection(records, 'a', 'b');
      const mtu = 'pathMtu' in defaults ? defaults.pathMtu : 1500;
      const passed = packets.filter(({ fate }) => fate === 'forwarded');
      expect(Math.max(...passed.map(({ packetBytes }) => packetBytes))).toBeLessThanOrEqual(mtu);
      expect(passed.reduce((sum, { payloadBytes }) => sum + payloadBytes, 0)).toBeGreaterThanOrEqual(bytes);
      expect(summary.directions[0]).toMatchObject({ overflown: 0, unwritten: 0, sent: countDirection(packets).sent });
    } finally {
      await path.stop();
    }
  });
});
