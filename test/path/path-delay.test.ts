import { errorFunction, mean, median, sampleCorrelation, standardDeviation } from 'simple-statistics';
import { expect, test } from 'vitest';
import { describeOnPath, drawnMs, observe } from './on-a-path.ts';
import { numberOf } from './traffic.ts';
import { countDirection, delaysNs, latenessNs, pairRoundTrips, pathRttsNs } from './truth.ts';

const MANY = { count: 3000, perSecond: 6000 };

/** The largest distance between the values' distribution and a given one (Kolmogorov and Smirnov). */
function distance(values: readonly number[], cdf: (x: number) => number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const n = sorted.length;
  return Math.max(...sorted.map((x, i) => Math.max(Math.abs(cdf(x) - i / n), Math.abs(cdf(x) - (i + 1) / n))));
}

/** Exceeded once in a thousand by chance; the seed is fixed, so it is not left to chance from run to run. */
const mostDistance = (n: number) => 1.95 / Math.sqrt(n);

const normal = (mu: number, sigma: number) => (x: number) => (1 + errorFunction((x - mu) / (sigma * Math.SQRT2))) / 2;

describeOnPath('delay', () => {
  test('each direction has its own, and the emulator adds little', async () => {
    const pairs = { 'b>a': { delayMs: 25 } };
    const traffic = { count: 300, perSecond: 200, listenMs: 200 };
    const { flow, replies, summary } = await observe({ delayMs: 10 }, { pairs, traffic, echo: true });
    expect(drawnMs(flow)).toEqual(Array(300).fill(10));
    expect(median([...delaysNs(flow.requests)]) / 1e6).toBeCloseTo(10, 0);
    expect(median([...delaysNs(flow.replies)]) / 1e6).toBeCloseTo(25, 0);
    expect(median([...latenessNs(flow.requests)]) / 1e6).toBeLessThan(1);
    expect(Math.min(...latenessNs(flow.requests))).toBeGreaterThanOrEqual(0);
    expect(replies).toHaveLength(300);
    expect(summary).toMatchObject({ log: { lines: 600, dropped: 0, complete: true } });
    expect(summary.sites.map(({ notRead }) => notRead)).toEqual([0, 0]);
  });

  test('what a program sees is never below the truth of the log, and near it', async () => {
    const traffic = { count: 200, perSecond: 200, listenMs: 200 };
    const { flow, replies } = await observe({ delayMs: 5 }, { traffic, echo: true });
    const seen = new Map(replies.map(({ number, rttNs }) => [String(number), rttNs]));
    const trips = pairRoundTrips(flow, (payload) => String(numberOf(payload)));
    const more = trips.map(({ key, pathRttNs }) => (seen.get(key) ?? Number.NaN) - (pathRttNs ?? Number.NaN));
    expect(pathRttsNs(trips)).toHaveLength(200);
    expect(Math.min(...more)).toBeGreaterThan(0);
    expect(median(more) / 1e6).toBeLessThan(5);
  });
});

describeOnPath('jitter', () => {
  test('uniform', async () => {
    const { flow } = await observe({ delayMs: 20, jitterMs: 8, reorder: true }, { traffic: MANY });
    const delays = drawnMs(flow);
    expect(delays).toHaveLength(3000);
    expect(distance(delays, (x) => Math.min(1, Math.max(0, (x - 12) / 16)))).toBeLessThan(mostDistance(3000));
  });

  test('normal', async () => {
    const options = { delayMs: 20, jitterMs: 2, distribution: 'normal', reorder: true } as const;
    const delays = drawnMs((await observe(options, { traffic: MANY })).flow);
    expect(delays).toHaveLength(3000);
    expect(distance(delays, normal(20, 2))).toBeLessThan(mostDistance(3000));
    expect(Math.abs(sampleCorrelation(delays.slice(1), delays.slice(0, -1)))).toBeLessThan(4 / Math.sqrt(3000));
  });

  test('pareto: from the delay upwards, with a heavy tail', async () => {
    const options = { delayMs: 20, jitterMs: 2, distribution: 'pareto', shape: 2.5, reorder: true } as const;
    const delays = drawnMs((await observe(options, { traffic: MANY })).flow);
    // The distribution function of Lomax: 1 − (1 + x/λ)^−α.
    const lomax = (x: number) => (x < 20 ? 0 : 1 - (1 + (x - 20) / 2) ** -2.5);
    expect(distance(delays, lomax)).toBeLessThan(mostDistance(3000));
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(20);
  });

  test('correlated: one step apart by rho, two steps by its square', async () => {
    const options = { delayMs: 20, jitterMs: 2, distribution: 'ar1', correlation: 0.9, reorder: true } as const;
    const delays = drawnMs((await observe(options, { traffic: MANY })).flow);
    expect(sampleCorrelation(delays.slice(1), delays.slice(0, -1))).toBeCloseTo(0.9, 1);
    expect(sampleCorrelation(delays.slice(2), delays.slice(0, -2))).toBeCloseTo(0.81, 1);
    // Of 3000 such values, as many are worth as 3000 (1 − rho) / (1 + rho) = 158 independent ones.
    expect(Math.abs(mean(delays) - 20)).toBeLessThan((4 * 2) / Math.sqrt(158));
    expect(Math.abs(standardDeviation(delays) / 2 - 1)).toBeLessThan(0.25);
  });

  test('a delay does not fall below 0', async () => {
    const traffic = { count: 500, perSecond: 5000 };
    const { flow } = await observe({ delayMs: 1, jitterMs: 5, distribution: 'normal', reorder: true }, { traffic });
    const delays = drawnMs(flow);
    expect(Math.min(...delays)).toBe(0);
    // 42% of a normal distribution lie below −0.2 standard deviations.
    expect(delays.filter((delay) => delay === 0).length / 500).toBeCloseTo(0.42, 1);
  });
});

describeOnPath('order and copies', () => {
  const jittery = { delayMs: 20, jitterMs: 5 };

  test('packets keep their order unless they may lose it', async () => {
    const kept = await observe(jittery, { traffic: { count: 500, perSecond: 2000 } });
    expect(countDirection(kept.flow.requests)).toMatchObject({ sent: 500, forwarded: 500, reordered: 0 });
    const free = await observe({ ...jittery, reorder: true }, { traffic: { count: 500, perSecond: 2000 } });
    const counts = countDirection(free.flow.requests, ({ payload }) => numberOf(payload));
    expect(counts.reordered).toBeGreaterThan(100);
    expect(counts.reordered).toBe(free.summary.directions[0]?.reordered);
  });

  test('second copies come out beside their packets', async () => {
    const { flow, replies, summary } = await observe(
      { delayMs: 2, duplicateRatio: 0.2 },
      { traffic: { count: 1000, perSecond: 2000, listenMs: 100 }, pairs: { 'b>a': { duplicateRatio: 0 } }, echo: true },
    );
    const { duplicated, forwarded } = countDirection(flow.requests);
    expect(forwarded).toBe(1000);
    // Within four standard deviations, √(1000 · 0.2 · 0.8) = 12.6.
    expect(Math.abs(duplicated - 200)).toBeLessThan(51);
    expect(summary.directions[0]?.duplicates).toBe(duplicated);
    expect(replies).toHaveLength(1000 + duplicated);
  });
});
