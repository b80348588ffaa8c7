import { describe, expect, test } from 'vitest';
import { DailyBudget, TokenBucket } from './budget.ts';

describe('a token bucket', () => {
  test('gives a second’s worth at once, and then as many as time brings', () => {
    let now = 0;
    const bucket = new TokenBucket(10, () => now);
    const taken = () => Array.from({ length: 20 }, () => bucket.take()).filter(Boolean).length;
    expect(taken()).toBe(10);
    now = 0.35e9;
    expect(taken()).toBe(3);
    now = 1000e9;
    expect(taken()).toBe(10);
  });
});

describe('a daily budget', () => {
  test('is used up, and whole again a day later', () => {
    let now = 5;
    const budget = new DailyBudget(100, () => now);
    expect([budget.take(60), budget.take(60), budget.take(40), budget.take(1)]).toEqual([true, false, true, false]);
    now = 86_400e9 + 4;
    expect(budget.take(1)).toBe(false);
    now += 1;
    expect(budget.take(100)).toBe(true);
  });
});
