// biome-ignore-all lint/style/noRestrictedImports: tests may use what test/support builds.
import { expect, it } from 'vitest';
import { FakeKernel } from '../../test/support/fake-kernel.ts';
import { kindThatRuns } from '../../test/support/run-kind.ts';
import { runLane } from './lane.ts';
import type { FromLane, ToLane } from './messages.ts';

/** The fake kernel's wall clock minus its monotonic one: 70 days and −0.5 s. */
const OFFSET = 70n * 86_400_000_000_000n - 500_000_000n;

it('an activity’s start in wall time is the kernel’s, to its nanoseconds', async () => {
  const kernel = new FakeKernel();
  let toLane: (message: ToLane) => void = () => undefined;
  let closed: () => void = () => undefined;
  const end = new Promise<void>((resolve) => {
    closed = resolve;
  });
  let started = 0n;
  const kind = kindThatRuns(async (_, io) => {
    // Of the same moment on both clocks, but for what lies between the two readings.
    started = io.clock.startedUnixNs + BigInt(io.clock.now());
  });
  const port = {
    sharesMemory: false,
    post: (message: FromLane) => void (message.is === 'closed' && closed()),
    listen: (on: typeof toLane) => {
      toLane = on;
    },
  };
  runLane(port, new Map([[kind.name, kind]]), kernel);
  const ids = { cell: 'c', attempt: 1, part: '', kind: kind.name, role: 'initiator', seat: 0, seed: 1 };
  const amounts = { bytesIn: 0, bytesOut: 0, connections: 0, payloadBytes: 0, bps: 0, packetsPerSecond: 0 };
  const caps = { durationNs: 0, ...amounts, rows: {} };
  const assignment = { ...ids, shard: { index: 0, of: 1 }, options: {}, caps, seats: [{ site: 'here' }] };
  const before = process.hrtime.bigint();
  toLane({ do: 'begin', id: 'id', assignment, peers: [] });
  await end;
  const after = process.hrtime.bigint();
  // CLOCK_MONOTONIC is the test machine's: its time of the start, with the fake kernel's difference, is wall time.
  expect(started - OFFSET).toBeGreaterThan(before - 10_000n);
  expect(started - OFFSET).toBeLessThan(after + 10_000n);
});
