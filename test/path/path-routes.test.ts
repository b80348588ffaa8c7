import { expect, test } from 'vitest';
import { readLog } from './log.ts';
import { describeOnPath, drawnMs, observe } from './on-a-path.ts';
import { startPath } from './path.ts';
import { udpSink, udpSource } from './traffic.ts';
import { countDirection, selectDirection } from './truth.ts';

const HOPS = [{ v4: '10.1.0.1', v6: '2001:db8:1::1' }, {}, { v4: '10.1.0.3', v6: '2001:db8:1::3', share: 0.9 }];

describeOnPath('two routes', () => {
  test('each flow stays on one, and half of the flows are on each', async () => {
    const traffic = { count: 1620, perSecond: 4000, flows: 81 };
    const { flow } = await observe({ delayMs: 5, second: 'ecmp', secondDelayMs: 9 }, { traffic });
    const routes = new Map<number, Set<number>>();
    for (const { sourcePort, route, inNs, dueNs } of flow.requests) {
      routes.set(sourcePort, (routes.get(sourcePort) ?? new Set()).add(route));
      expect((dueNs ?? Number.NaN) - inNs).toBe(route === 0 ? 5e6 : 9e6);
    }
    expect([...routes.values()].map(({ size }) => size)).toEqual(Array(81).fill(1));
    const second = [...routes.values()].filter((taken) => taken.has(1)).length;
    // Four standard deviations of 81 throws of a coin: 18.
    expect(Math.abs(second - 40)).toBeLessThanOrEqual(18);
  });

  test('all packets take the second one from a given moment, and may overtake others then', async () => {
    const path = await startPath({ sites: ['a', 'b'], defaults: { delayMs: 40, secondDelayMs: 5 } });
    try {
      await udpSink(path, 'b');
      const atS = path.sinceStartNs() / 1e9 + 0.4;
      await path.change({ 'a>b': { second: { atS } } });
      await udpSource(path, 'a', path.sites.b.v4, { count: 800, perSecond: 1000 });
      const { records } = await readLog((await path.stop()).logFile ?? '');
      const packets = selectDirection(records, 'a', 'b');
      for (const { route, inNs } of packets) expect(route).toBe(inNs >= atS * 1e9 ? 1 : 0);
      expect(new Set(packets.map(({ route }) => route))).toEqual(new Set([0, 1]));
      expect(countDirection(packets).reordered).toBeGreaterThan(0);
    } finally {
      await path.stop();
    }
  });
});

describeOnPath('hops', () => {
  test.each([4, 6] as const)(
    'a packet whose time runs out is answered, except by a silent hop: IPv%i',
    async (ipVersion) => {
      for (const [ttl, answers] of [
        [1, 10],
        [2, 0],
        [3, 10],
        [4, 0],
      ] as const) {
        const { flow, summary } = await observe({ delayMs: 2, hops: HOPS }, { traffic: { count: 10, ttl }, ipVersion });
        const { byFate } = countDirection(flow.requests);
        expect(byFate).toMatchObject(ttl <= 3 ? { expired: 10, forwarded: 0 } : { expired: 0, forwarded: 10 });
        expect(summary.answers).toBe(answers);
      }
    },
  );

  test.each(['v4', 'v6'] as const)('traceroute sees them from either end: %s', async (family) => {
    const path = await startPath({ sites: ['a', 'b'], pairs: { 'a<>b': { delayMs: 10, hops: HOPS } } });
    try {
      const trace = async (from: 'a' | 'b', to: 'a' | 'b') => {
        const address = path.sites[to][family] ?? '';
        const { code, stdout } = await path.run(from, 'traceroute', ['-n', '-q', '1', '-w', '1', '-N', '1', address]);
        return { code, lines: stdout.trim().split('\n').slice(1) };
      };
      const there = await trace('a', 'b');
      if (there.code === 127) {
        process.stderr.write('traceroute is not installed: not compared with it\n');
        return;
      }
      const back = await trace('b', 'a');
      const far = [path.sites.b[family], path.sites.a[family]];
      const near = [HOPS[0]?.[family], HOPS[2]?.[family]];
      expect(there.lines.map((line) => line.split(/ +/).filter(Boolean)[1])).toEqual([near[0], '*', near[1], far[0]]);
      expect(back.lines.map((line) => line.split(/ +/).filter(Boolean)[1])).toEqual([near[1], '*', near[0], far[1]]);
      // A quarter of the way, nine tenths of it, and all of it, there and back.
      const ms = there.lines.map((line) => Number.parseFloat(line.split(/ +/).filter(Boolean)[2] ?? ''));
      expect(ms[0]).toBeGreaterThanOrEqual(5);
      expect(ms[2]).toBeGreaterThanOrEqual(18);
      expect(ms[3]).toBeGreaterThanOrEqual(20);
    } finally {
      await path.stop();
    }
  });
});

describeOnPath('MTU of a path', () => {
  test.each([4, 6] as const)('what is too big is refused, and the sender told: IPv%i', async (ipVersion) => {
    const traffic = { count: 20, bytes: 1400, perSecond: 100 };
    const { flow, summary } = await observe({ pathMtu: 1300 }, { traffic, ipVersion });
    // The first is refused; from then on the sender's kernel cuts them into two. Only first parts have a port.
    const { byFate } = countDirection(flow.requests);
    expect(byFate['too-big']).toBeGreaterThan(0);
    expect(byFate['too-big']).toBeLessThan(10);
    expect(summary.answers).toBe(byFate['too-big']);
    expect(summary.directions[0]?.forwarded).toBeGreaterThan(20);
  });

  test('an IPv4 packet that may be cut is cut', async () => {
    // 4000 B make three fragments on an interface of 1500 B, without "don't fragment"; the path cuts two of them again.
    const traffic = { count: 5, bytes: 4000, listenMs: 200 };
    const { summary, replies } = await observe({ pathMtu: 1300 }, { traffic, echo: true });
    expect(replies).toHaveLength(5);
    expect(summary.directions[0]).toMatchObject({ sent: 25, forwarded: 25 });
  });

  test('a whole packet that may be cut is cut, and its checksum is right then', async () => {
    const path = await startPath({ sites: ['a', 'b'], defaults: { pathMtu: 1300 } });
    try {
      // Without path MTU discovery a sender allows routers to cut.
      for (const site of ['a', 'b'] as const)
        await path.run(site, 'bash', ['-c', 'echo 1 > /proc/sys/net/ipv4/ip_no_pmtu_disc']);
      await udpSink(path, 'b', true);
      const replies = await udpSource(path, 'a', path.sites.b.v4, { count: 5, bytes: 1400 });
      expect(replies).toHaveLength(5);
      const { directions } = (await path.stop()).summary;
      expect(directions.map(({ sent, forwarded }) => [sent, forwarded])).toEqual([
        [10, 10],
        [10, 10],
      ]);
    } finally {
      await path.stop();
    }
  });

  test('a silent path swallows what is too big', async () => {
    const { flow, summary } = await observe({ pathMtu: 1300, hops: [{}] }, { traffic: { count: 5, bytes: 1400 } });
    expect(countDirection(flow.requests).byFate['too-big']).toBe(5);
    expect(summary.answers).toBe(0);
    expect(drawnMs(flow)).toEqual([]);
  });
});
