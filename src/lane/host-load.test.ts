import { expect, test } from 'vitest';
import { loadFact } from './host-load.ts';

test('the load of a host is counted by intervals, and given in means', () => {
  const fact = loadFact([
    { worst: 0.85, busy: 0.5, softirq: 0.1, steal: 0.02 },
    { worst: 0.84, busy: 0.3, softirq: 0, steal: 0.01 },
    { worst: 0.1, busy: 0.1, softirq: 0.2, steal: 0 },
  ]);
  expect(fact).toEqual({
    intervals: 3,
    busy_intervals: 1,
    steal_intervals: 1,
    worst_core_ratio: 0.5967,
    busy_ratio: 0.3,
    softirq_ratio: 0.1,
    steal_ratio: 0.01,
  });
});

test('a host that does not tell has no load, not none', () => {
  expect(loadFact([])).toBeNull();
});
