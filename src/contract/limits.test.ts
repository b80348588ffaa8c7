import { describe, expect, test } from 'vitest';
import type { Cost } from './kind.ts';
import { beyondLimits, checkLimits, DEFAULT_LIMITS, rowsOf, rowsOfAll } from './limits.ts';

const COST: Cost = {
  durationNs: 10e9,
  bytesIn: 0,
  bytesOut: 0,
  connections: 200,
  payloadBytes: 64,
  bps: 1000,
  packetsPerSecond: 1,
  rows: { sent: 600, received: 400 },
};

function beyond(change: Partial<Cost>, limits = {}): string[] {
  return beyondLimits({ ...COST, ...change }, { ...DEFAULT_LIMITS, ...limits }).map(({ message }) => message);
}

describe('what a session would use beyond an agent’s limits', () => {
  test('is nothing at the limits themselves', () => {
    const { durationNs, connections, payloadBytes, rows } = DEFAULT_LIMITS;
    expect(beyond({ durationNs, connections, payloadBytes, rows: { a: rows } })).toEqual([]);
    expect(beyond({ bps: 'saturating', connections: 128 })).toEqual([]);
  });

  test('is named limit by limit, with what is granted and what was asked', () => {
    const limits = { ...DEFAULT_LIMITS, durationNs: 5e9, rows: 999 };
    expect(beyondLimits(COST, limits).map((error) => error.toJSON())).toEqual([
      {
        code: 'NETPROBE_LIMIT_EXCEEDED',
        origin: 'config',
        message: "the agent's duration limit is 5s",
        expected: 'at most 5s',
        found: '10s',
        hint: expect.any(String),
      },
      expect.objectContaining({ message: "the agent's rows limit is 999", found: '1000' }),
    ]);
  });

  test('counts connections as streams where they saturate the path', () => {
    expect(beyond({ bps: 'saturating' })).toEqual(["the agent's streams limit is 128"]);
    expect(beyond({ connections: 10_001 })).toEqual(["the agent's connections limit is 10000"]);
    expect(beyond({ payloadBytes: 1024 * 1024 + 1 })).toEqual(["the agent's payload limit is 1.00 MiB"]);
  });

  test('makes the first of it the reason to refuse', () => {
    expect(() => checkLimits(COST, { ...DEFAULT_LIMITS, durationNs: 1, rows: 1 })).toThrow('duration');
    expect(() => checkLimits(COST, DEFAULT_LIMITS)).not.toThrow();
  });
});

test('all tables count as rows, and all sessions have four times the room of one', () => {
  expect(rowsOf(COST)).toBe(1000);
  expect(rowsOf({ rows: {} })).toBe(0);
  expect(rowsOfAll({ rows: 5_000_000 })).toBe(20_000_000);
});
