// biome-ignore-all lint/style/noRestrictedImports: tests may use what test/support builds.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FakeLoop } from '../../test/support/fake-loop.ts';
import { fakeTable } from '../../test/support/fake-table.ts';
import type { INTERVAL_COLUMNS } from '../contract/intervals.ts';
import { IntervalMeter } from './interval-meter.ts';

const MS = 1e6;
const PLAN = { flow: 'rev', streams: 1, warmupNs: 0, durationNs: 500 * MS } as const;
let loop: FakeLoop;
let table: ReturnType<typeof fakeTable<typeof INTERVAL_COLUMNS>>;

beforeEach(() => {
  loop = new FakeLoop();
  table = fakeTable();
});
afterEach(() => vi.unstubAllGlobals());

const lengths = () => table.rows.map(({ start, end }) => Math.round(((end as number) - (start as number)) / MS));

describe('an interval meter whose loop was held up', () => {
  it('makes one longer row of an interval in which the loop was held up, with its true length', async () => {
    const meter = new IntervalMeter(table, PLAN, loop.clock);
    meter.add(0, 1, 0);
    await loop.run(150 * MS);
    loop.block(90 * MS);
    await loop.run();
    expect(lengths()).toEqual([100, 140, 60, 100, 100]);
    expect(table.rows.map(({ end }) => Math.floor((end as number) / MS))).toEqual([100, 240, 300, 400, 500]);
  });

  it('makes no row of less than half an interval after that', async () => {
    const meter = new IntervalMeter(table, PLAN, loop.clock);
    meter.add(0, 1, 0);
    await loop.run(150 * MS);
    loop.block(140 * MS);
    await loop.run();
    expect(lengths()).toEqual([100, 190, 110, 100]);
  });

  it.each(['first', 'after the timer'])(
    'counts what had waited for a held-up loop for the longer row, not the next, when it is read %s',
    async (when) => {
      const meter = new IntervalMeter(table, PLAN, loop.clock);
      meter.add(0, 1, 0);
      await loop.run(150 * MS);
      loop.block(60 * MS);
      const read = () => {
        meter.add(0, 5000, loop.now);
        meter.add(0, 6000, loop.now);
      };
      if (when === 'first') read();
      // As a late loop does: timers, then reading, then immediates.
      else setImmediate(read);
      await loop.run();
      expect(table.rows.map(({ bytes }) => bytes)).toEqual([1, 11000, 0, 0, 0]);
      expect(table.rows[1]?.end).toBeGreaterThanOrEqual(210 * MS);
    },
  );
});
