import { describe, expect, it } from 'vitest';
import type { INTERVAL_COLUMNS } from '../contract/intervals.ts';
import type { Json } from '../contract/json.ts';
import type { SeatRecords } from '../contract/records.ts';
import { reduceThroughput } from './throughput.ts';

type Row = Record<keyof typeof INTERVAL_COLUMNS, number>;
const MS = 1e6;

/** The far end's rows of forward intervals: start and end in ms, bytes. */
function rows(...intervals: [start: number, end: number, bytes: number, omitted?: number][]): Row[] {
  return intervals.map(([start, end, bytes, omitted = 0]) => ({
    flow: 0,
    stream: 0,
    start: start * MS,
    end: end * MS,
    bytes,
    omitted,
  }));
}

function seat(
  number: number,
  interval: Row[],
  facts: Record<string, Json>,
): SeatRecords<{ interval: typeof INTERVAL_COLUMNS }> {
  const column = (name: keyof Row) => Float64Array.from(interval, (row) => row[name]);
  return {
    seat: number,
    shard: 0,
    part: '',
    role: number === 0 ? 'initiator' : 'responder',
    openedUnixNs: 0n,
    facts: Object.entries(facts).map(([name, value]) => ({ at: 0, name, value })),
    rows: {
      interval: {
        flow: column('flow'),
        stream: column('stream'),
        start: column('start'),
        end: column('end'),
        bytes: column('bytes'),
        omitted: column('omitted'),
      },
    },
    close: { at: 0, status: 'completed', error: null },
  };
}

function forward(interval: Row[], sent: number, plan = { duration: 300 * MS, warmup: 100 * MS }) {
  const seats = [seat(0, [], { sent_fwd_bytes: sent, busy_ratio: 0.5 }), seat(1, interval, {})];
  return reduceThroughput({ direction: 'forward', ...plan }, seats);
}

const WHOLE = rows([50, 150, 100, 1], [150, 250, 200], [250, 350, 300], [350, 450, 400]);

describe('throughput', () => {
  it('is what arrived after the warm-up, by the true length of each interval', () => {
    const { counts, metrics, busyRatio } = forward(WHOLE, 1000);
    // 200, 300 and 400 bytes in 100 ms each.
    expect(metrics.goodput_fwd_bps).toMatchObject({ values: Float64Array.of(16_000, 24_000, 32_000) });
    expect(counts).toMatchObject({ planned: 3, received: 3, skipped: 0, omitted: 1 });
    expect(busyRatio).toBe(0.5);
  });

  it('does not let a receiver choose what counts: its own marks are not relied on', () => {
    const chosen = WHOLE.map((row, i) => ({ ...row, omitted: i === 3 ? 0 : 1 }));
    expect(forward(chosen, 1000)).toEqual(forward(WHOLE, 1000));
  });

  it('is not believed when more arrived than was sent', () => {
    const { metrics } = forward(WHOLE, 999);
    expect(metrics.goodput_fwd_bps).toMatchObject({ is: 'missing', why: expect.stringContaining('more than the 999') });
  });

  it('is not believed when intervals are missing in between or overlap', () => {
    const gap = rows([50, 150, 100], [150, 250, 200], [350, 450, 400]);
    const overlap = rows([50, 150, 100], [140, 250, 200], [250, 350, 300]);
    for (const wrong of [gap, overlap])
      expect(forward(wrong, 1000).metrics.goodput_fwd_bps).toMatchObject({ is: 'missing' });
  });

  it('says what was not covered, and leaves out an interval that was cut off', () => {
    const { counts } = forward(rows([50, 150, 100], [150, 250, 200], [250, 280, 10]), 1000);
    expect(counts).toMatchObject({ planned: 3, received: 1, skipped: 2, omitted: 2 });
  });

  it('counts fewer and longer intervals of a held-up loop as the whole when they cover it', () => {
    const { counts } = forward(rows([50, 150, 100], [150, 330, 500], [330, 455, 400]), 1000);
    expect(counts).toMatchObject({ planned: 2, received: 2, skipped: 0 });
  });
});
