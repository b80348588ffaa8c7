import { mean } from 'simple-statistics';
import { expect, test } from 'vitest';
import { readLog } from './log.ts';
import { describeOnPath, observe } from './on-a-path.ts';
import { startPath } from './path.ts';
import { udpSink, udpSource } from './traffic.ts';
import { countDirection, lossBursts, selectDirection } from './truth.ts';

const MANY = { count: 4000, perSecond: 8000 };

describeOnPath('loss', () => {
  test('independent', async () => {
    const { flow, summary } = await observe({ lossRatio: 0.1 }, { traffic: MANY });
    const { sent, lost, forwarded } = countDirection(flow.requests);
    expect({ sent, total: lost + forwarded }).toEqual({ sent: 4000, total: 4000 });
    // Four standard deviations: 4 √(4000 · 0.1 · 0.9) = 76.
    expect(Math.abs(lost - 400)).toBeLessThan(76);
    expect(summary.directions[0]).toMatchObject({ sent: 4000, lost, forwarded });
    // Bursts by chance: 1 / (1 − p) = 1.11 packets.
    expect(mean(lossBursts(flow.requests))).toBeCloseTo(1.11, 1);
  });

  test('in bursts of a mean length', async () => {
    const { flow } = await observe({ lossRatio: 0.1, lossBurst: 8 }, { traffic: MANY });
    const bursts = lossBursts(flow.requests);
    // About 50 bursts, geometric with a standard deviation of √56: 1.06 in their mean.
    expect(Math.abs(mean(bursts) - 8)).toBeLessThan(3);
    // Neighbours correlate by 1 − 1/8 − 1/72 = 0.861, so the standard deviation of the sum is √(360 · 13.4) = 69.
    expect(Math.abs(countDirection(flow.requests).lost - 400)).toBeLessThan(4 * 69);
  });

  test('the same seed and packets have the same fates, another seed has others', async () => {
    const options = { lossRatio: 0.3, duplicateRatio: 0.1, jitterMs: 3, delayMs: 5, reorder: true };
    const fates = async (seed: number) => {
      const { flow } = await observe(options, { traffic: { count: 300 }, seed });
      const lines = flow.requests.map(({ index, fate, dueNs, inNs }) => ({
        index,
        fate,
        drawn: dueNs && dueNs - inNs,
      }));
      return lines.sort((a, b) => a.index - b.index || a.fate.localeCompare(b.fate));
    };
    const first = await fates(5);
    expect(await fates(5)).toEqual(first);
    expect(await fates(6)).not.toEqual(first);
  });

  test('directions do not share their luck', async () => {
    const { flow } = await observe({ lossRatio: 0.5 }, { traffic: { count: 400, perSecond: 4000 }, echo: true });
    const came = (records: typeof flow.requests) => records.slice(0, 150).map(({ fate }) => fate);
    expect(came(flow.requests)).not.toEqual(came(flow.replies));
  });
});

describeOnPath('blackout', () => {
  test('everything that comes in meanwhile is gone, and nothing else', async () => {
    const path = await startPath({ sites: ['a', 'b'], defaults: { delayMs: 5 } });
    try {
      await udpSink(path, 'b');
      const atS = path.sinceStartNs() / 1e9 + 0.5;
      await path.change({ 'a>b': { blackouts: [{ atS, forS: 0.3 }] } });
      await udpSource(path, 'a', path.sites.b.v4, { count: 1000, perSecond: 500 });
      const { records } = await readLog((await path.stop()).logFile ?? '');
      const packets = selectDirection(records, 'a', 'b');
      const meanwhile = ({ inNs }: { inNs: number }) => inNs >= atS * 1e9 && inNs < (atS + 0.3) * 1e9;
      expect(packets.filter(meanwhile).length).toBeGreaterThan(50);
      for (const packet of packets) expect(packet.fate).toBe(meanwhile(packet) ? 'blackout' : 'forwarded');
    } finally {
      await path.stop();
    }
  });
});
