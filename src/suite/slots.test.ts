import { describe, expect, test } from 'vitest';
import type { PlanCell } from '../contract/plan.ts';
import { slotsOf } from './slots.ts';

let count = 0;
function cell(
  probe: string,
  given: Partial<{ round: number; bps: number | 'saturating'; sends: number; rows: number; agent: string }> = {},
): PlanCell {
  const { round = 1, bps = 1e5, sends = 5, rows = 100, agent } = given;
  count += 1;
  const there = agent === undefined ? { site: `s${count}`, target: 'tcp://h:1' } : { site: `s${count}`, agent };
  const packetsPerSecond = bps === 'saturating' ? null : sends;
  const amounts = { bytesIn: 0, bytesOut: 0, connections: 1, payloadBytes: 0, bps, packetsPerSecond };
  const cost = { durationNs: 1, ...amounts, rows: {} };
  return {
    id: `c${count}`,
    from: 'here',
    to: there.site,
    probe,
    kind: probe,
    round,
    slot: 0,
    seats: [{ site: 'here' }, there],
    options: {},
    seed: 1,
    costs: [cost, { ...cost, rows: { first: rows - 1, second: 1 } }],
    lane: bps === 'saturating' ? 'load' : 'quiet',
    deadlineNs: 1,
  };
}

const slots = (cells: PlanCell[], room?: { sessions: number; rows: number }) => slotsOf(cells, () => room);

describe('slots', () => {
  test('hold the cells of one probe and round together, and no others', () => {
    const cells = [cell('a'), cell('a'), cell('b'), cell('b', { round: 2 }), cell('b', { round: 2 })];
    expect(slots(cells)).toEqual([0, 0, 1, 2, 2]);
  });

  test('hold one cell each of what saturates the path', () => {
    const load = { bps: 'saturating' } as const;
    expect(slots([cell('a'), cell('t', load), cell('t', load), cell('a')])).toEqual([0, 1, 2, 3]);
  });

  test('hold no more than 20 Mbit/s, unless one cell alone has more', () => {
    const half = { bps: 10e6 };
    expect(slots([cell('a', half), cell('a', half), cell('a', half), cell('a', { bps: 30e6 }), cell('a')])).toEqual([
      0, 0, 1, 2, 3,
    ]);
  });

  test('hold no more sessions of one agent than it grants, and any number of embedded ones', () => {
    const cells = Array.from({ length: 5 }, () => cell('a', { agent: 'h:1' }));
    expect(slots(cells, { sessions: 2, rows: 1e6 })).toEqual([0, 0, 1, 1, 2]);
    expect(slots(Array.from({ length: 17 }, () => cell('a', { agent: 'h:1' }))).at(-1)).toBe(1);
    expect(slots(Array.from({ length: 40 }, () => cell('a', { agent: 'embedded' }))).at(-1)).toBe(0);
  });

  test('hold no more than 10 000 sends a second, unless one cell alone has more', () => {
    const ten = Array.from({ length: 1000 }, () => cell('a', { bps: 1, sends: 10 }));
    expect(new Set(slots(ten))).toEqual(new Set([0]));
    expect(slots([...ten, cell('a', { bps: 1, sends: 1 })]).at(-1)).toBe(1);
    const many = { bps: 1, sends: 10_001 };
    expect(slots([cell('a', many), cell('a', many), cell('a')])).toEqual([0, 1, 2]);
  });

  test('hold no more rows of one agent’s than four times what it keeps for a session', () => {
    const cells = [100, 100, 100, 100, 1].map((rows) => cell('a', { agent: 'h:1', rows }));
    expect(slots(cells, { sessions: 16, rows: 100 })).toEqual([0, 0, 0, 0, 1]);
    expect(slots([...cells.slice(0, 4), cell('a', { agent: 'h:2', rows: 100 })], { sessions: 16, rows: 100 })).toEqual([
      0, 0, 0, 0, 0,
    ]);
    // An agent that has not said keeps 5 million for a session, as one does by default.
    const big = Array.from({ length: 5 }, () => cell('a', { agent: 'h:1', rows: 5e6 }));
    expect(slots(big)).toEqual([0, 0, 0, 0, 1]);
  });

  test('hold at most 1024 cells', () => {
    const made = slots(Array.from({ length: 1025 }, () => cell('a', { bps: 1, sends: 1 })));
    expect(made.slice(-2)).toEqual([0, 1]);
  });
});
