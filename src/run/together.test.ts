import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Together } from './together.ts';

function slotOf(cells: number) {
  const started: string[][] = [];
  const together = new Together(cells, (ids) => started.push(ids), 1000);
  return { started, places: Array.from({ length: cells }, () => together.join()) };
}

describe('cells of one slot', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('begin at once when the last of them is ready', () => {
    const { started, places } = slotOf(3);
    places[1]?.ready('b');
    places[0]?.ready('a');
    expect(started).toEqual([]);
    places[2]?.ready('c');
    expect(started).toEqual([['b', 'a', 'c']]);
  });

  it('do not wait for one that has ended', () => {
    const { started, places } = slotOf(2);
    places[0]?.leave();
    expect(started).toEqual([]);
    places[1]?.ready('b');
    expect(started).toEqual([['b']]);
    places[1]?.leave();
    places[0]?.leave();
    vi.advanceTimersByTime(10_000);
    expect(started).toEqual([['b']]);
  });

  it('do not wait for the dead longer than for a silence, which each that is ready or ends begins anew', () => {
    const { started, places } = slotOf(4);
    places[0]?.ready('a');
    vi.advanceTimersByTime(900);
    places[1]?.ready('b');
    vi.advanceTimersByTime(900);
    places[2]?.leave();
    vi.advanceTimersByTime(999);
    expect(started).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(started).toEqual([['a', 'b']]);
    places[3]?.ready('d');
    expect(started).toEqual([['a', 'b'], ['d']]);
  });

  it('wait for somebody, however long nobody is ready', () => {
    const { started, places } = slotOf(2);
    vi.advanceTimersByTime(60_000);
    expect(started).toEqual([]);
    for (const place of places) place.leave();
    vi.advanceTimersByTime(60_000);
    expect(started).toEqual([]);
  });
});
