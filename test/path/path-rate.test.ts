import { expect, test } from 'vitest';
import { describeOnPath, drawnMs, observe } from './on-a-path.ts';
import { countDirection } from './truth.ts';

// Datagrams of 972 B are packets of 1000 B: 1 ms each at 8 Mbit/s.
const BURST = { count: 400, bytes: 972 };

describeOnPath('rate', () => {
  test('packets leave one after the other, and a full queue drops', async () => {
    const { flow, summary } = await observe({ rateMbps: 8, queueBytes: 20_000 }, { traffic: BURST });
    const passed = flow.requests.filter(({ fate }) => fate === 'forwarded').map(({ dueNs }) => dueNs ?? Number.NaN);
    const { byFate } = countDirection(flow.requests);
    expect(passed.length + byFate.queue).toBe(400);
    expect(byFate.queue).toBeGreaterThan(100);
    expect(summary.directions[0]?.queueDropped).toBe(byFate.queue);
    // No two nearer than the time that one takes (up to a nanosecond of rounding).
    const gaps = passed.slice(1).map((due, i) => due - (passed[i] ?? Number.NaN));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(999_999);
    // Nobody waits longer than a full queue takes: 20 ms.
    expect(Math.max(...drawnMs(flow))).toBeLessThanOrEqual(20);
    expect(Math.max(...drawnMs(flow))).toBeGreaterThan(18);
  });

  test('the queue adds to the delay', async () => {
    const options = { delayMs: 30, rateMbps: 8, queueBytes: 20_000 };
    const { flow } = await observe(options, { traffic: BURST });
    expect(Math.min(...drawnMs(flow))).toBeCloseTo(31, 4);
    expect(Math.max(...drawnMs(flow))).toBeLessThanOrEqual(50);
  });

  test('a sender below the rate waits for nobody', async () => {
    const { flow } = await observe(
      { rateMbps: 80, queueBytes: 20_000 },
      { traffic: { count: 100, bytes: 972, perSecond: 200 } },
    );
    expect(countDirection(flow.requests).forwarded).toBe(100);
    // 0.1 ms each; what waits is what the machine bunched.
    expect(drawnMs(flow).filter((delay) => Math.abs(delay - 0.1) < 1e-5).length).toBeGreaterThan(80);
  });

  test('credit lets a burst pass at once, and comes back with the rate', async () => {
    const options = { rateMbps: 0.08, queueBytes: 1500, creditBytes: 50_000 };
    const { flow } = await observe(options, { traffic: BURST });
    const delays = drawnMs(flow);
    // At 10 B/ms, 50 packets pass on credit, and hardly any comes back while 400 are sent; one more waits in the queue.
    expect(delays.filter((delay) => delay === 0).length).toBeGreaterThanOrEqual(50);
    expect(delays.filter((delay) => delay === 0).length).toBeLessThan(60);
    expect(countDirection(flow.requests).byFate.queue).toBeGreaterThan(300);
  });
});
