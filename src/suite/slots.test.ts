import { describe, expect, test } from 'vitest';
import type { PlanCell } from '../contract/plan.ts';
import { slotsOf } from './slots.ts';

let count = 0;
function cell(
  probe: string,
  given: Partial<{ round: number; bps: number | 'saturating'; agent: string }> = {},
): PlanCell {
  const { round = 1, bps = 1e5, agent } = given;
  count += 1;
  const there = agent === undefined ? { site: `s${count}`, target: 'tcp://h:1' } : { site: `s${count}`, agent };
  const cost = { durationNs: 1, bytesIn: 0, bytesOut: 0, connections: 1, payloadBytes: 0, bps, rows: {} };
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
    costs: [cost],
    lane: bps === 'saturating' ? 'load' : 'quiet',
    deadlineNs: 1,
  };
}

const slots = (cells: PlanCell[], sessions: (agent: string) => number | undefined = () => undefined) =>
  slotsOf(cells, sessions);

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
    expect(slots(cells, () => 2)).toEqual([0, 0, 1, 1, 2]);
    expect(slots(Array.from({ length: 17 }, () => cell('a', { agent: 'h:1' }))).at(-1)).toBe(1);
    expect(slots(Array.from({ length: 40 }, () => cell('a', { agent: 'embedded' }))).at(-1)).toBe(0);
  });

  test('hold at most 1024 cells', () => {
    const made = slots(Array.from({ length: 1025 }, () => cell('a', { bps: 1 })));
    expect(made.slice(-2)).toEqual([0, 1]);
  });
});
