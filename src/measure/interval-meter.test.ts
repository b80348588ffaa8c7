// biome-ignore-all lint/style/noRestrictedImports: tests may use what test/support builds.
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FakeLoop } from '../../test/support/fake-loop.ts';
import { fakeTable } from '../../test/support/fake-table.ts';
import { type INTERVAL_COLUMNS, INTERVAL_NS } from '../contract/intervals.ts';
import { IntervalMeter, type MeterPlan } from './interval-meter.ts';

const MS = 1e6;
const PLAN: MeterPlan = { flow: 'rev', streams: 1, warmupNs: 0, durationNs: 500 * MS };
/** How late a timer of the fake loop may be. */
const SLACK = 1.1 * MS;
let loop: FakeLoop;
let table: ReturnType<typeof fakeTable<typeof INTERVAL_COLUMNS>>;

beforeEach(() => {
  loop = new FakeLoop();
  table = fakeTable();
});
afterEach(() => vi.unstubAllGlobals());

function meterOf(plan: Partial<MeterPlan> = {}) {
  const meter = new IntervalMeter(table, { ...PLAN, ...plan }, loop.clock);
  const state = { done: false };
  void meter.done.then(() => {
    state.done = true;
  });
  return { meter, state };
}

const sum = () => table.rows.reduce((total, { bytes }) => total + (bytes as number), 0);
const lengths = () => table.rows.map(({ start, end }) => Math.round(((end as number) - (start as number)) / MS));

describe('an interval meter', () => {
  it('waits for the first byte, then writes a row for each interval, without a gap', async () => {
    const { meter, state } = meterOf();
    await loop.run(300 * MS);
    expect(table.rows).toEqual([]);
    meter.add(0, 1000, loop.now);
    await loop.run();
    expect(state.done).toBe(true);
    expect(lengths()).toEqual([100, 100, 100, 100, 100]);
    expect(table.rows[0]).toMatchObject({ flow: 1, stream: 0, start: 300 * MS, bytes: 1000, omitted: 0 });
    for (const [i, row] of table.rows.entries()) if (i > 0) expect(row.start).toBe(table.rows[i - 1]?.end);
    expect(loop.pending).toBe(0);
  });

  it('writes 0 for intervals in which nothing arrives', async () => {
    const { meter } = meterOf();
    meter.add(0, 1, 0);
    await loop.run(250 * MS);
    meter.add(0, 2, loop.now);
    await loop.run();
    expect(table.rows.map(({ bytes }) => bytes)).toEqual([1, 0, 2, 0, 0]);
  });

  it('counts every byte once, in the interval and the stream that it came in', async () => {
    const arrival = fc.record({ after: fc.integer({ min: 0, max: 130 }), stream: fc.nat(2), bytes: fc.nat(1e6) });
    await fc.assert(
      fc.asyncProperty(fc.array(arrival, { minLength: 1, maxLength: 30 }), async (arrivals) => {
        loop = new FakeLoop();
        table = fakeTable();
        const { meter } = meterOf({ streams: 3, durationNs: 100_000 * MS });
        const expected = [0, 0, 0];
        for (const { after, stream, bytes } of arrivals) {
          await loop.run(loop.now + after * MS);
          meter.add(stream, bytes, loop.now);
          expected[stream] = (expected[stream] as number) + bytes;
        }
        meter.cutOff(loop.now + 1);
        const counted = [0, 1, 2].map((stream) =>
          table.rows.filter((row) => row.stream === stream).reduce((total, row) => total + (row.bytes as number), 0),
        );
        expect(counted).toEqual(expected);
        expect(meter.total).toBe(sum());
      }),
      { numRuns: 30 },
    );
  });

  it('marks what began within warm-up as omitted, and counts duration after it', async () => {
    const { meter } = meterOf({ warmupNs: 200 * MS });
    meter.add(0, 1, 0);
    await loop.run();
    expect(table.rows.map(({ omitted }) => omitted)).toEqual([1, 1, 0, 0, 0, 0, 0]);
    expect(table.rows.at(-1)?.end).toBeGreaterThanOrEqual(700 * MS);
    expect(table.rows.at(-1)?.end).toBeLessThanOrEqual(700 * MS + SLACK);
  });

  it('keeps what an interval had when the streams ended, as omitted, and is done', async () => {
    const { meter, state } = meterOf();
    meter.add(0, 1, 0);
    await loop.run(150 * MS);
    meter.add(0, 2, loop.now);
    meter.cutOff(loop.now);
    await loop.run(loop.now + 1);
    expect(state.done).toBe(true);
    expect(table.rows.map(({ bytes, omitted }) => [bytes, omitted])).toEqual([
      [1, 0],
      [2, 1],
    ]);
    expect(loop.pending).toBe(0);
  });

  it('writes nothing when it is cut off before the first byte, or at the very beginning', async () => {
    const before = meterOf();
    before.meter.cutOff(5);
    const at = meterOf();
    at.meter.add(0, 1, 7);
    at.meter.cutOff(7);
    await loop.run();
    expect([before.state.done, at.state.done]).toEqual([true, true]);
    expect(table.rows).toEqual([]);
  });

  it('counts nothing after its end', async () => {
    const { meter } = meterOf();
    meter.add(0, 1, 0);
    await loop.run();
    meter.add(0, 1, loop.now);
    meter.cutOff(loop.now + INTERVAL_NS);
    expect(sum()).toBe(1);
    expect(meter.total).toBe(1);
    expect(table.rows).toHaveLength(5);
  });

  it('writes a row for each stream, whether it brought anything or not', async () => {
    const { meter } = meterOf({ streams: 2, durationNs: 100 * MS });
    meter.add(1, 9, 0);
    await loop.run();
    expect(table.rows.map(({ stream, bytes }) => [stream, bytes])).toEqual([
      [0, 0],
      [1, 9],
    ]);
  });
});
