import { describe, expect, test } from 'vitest';
import { tcpThroughput } from '../../probes/tcp-throughput/index.ts';
import { NetprobeError } from '../../src/contract/error.ts';
import { FLOWS, type Flow } from '../../src/contract/intervals.ts';
import { watchHandles } from '../support/handles.ts';
import { intervals, receiver } from '../support/intervals.ts';
import type { Measured } from '../support/reduced.ts';
import { abortOf, factOf, withAgent } from '../support/with-agent.ts';

const BRIEF = { duration: '400ms', warmup: '100ms', streams: 3 };

/** Both ends' counts of a flow, held against each other and against the intervals. */
function expectFlow(measured: Measured, flow: Flow): void {
  const received = factOf(measured, receiver(flow), `received_${flow}_bytes`) as number;
  const sent = factOf(measured, 1 - receiver(flow), `sent_${flow}_bytes`) as number;
  expect(received).toBeGreaterThan(0);
  expect(sent).toBeGreaterThanOrEqual(received);
  const rows = intervals(measured, flow);
  // What arrives after the last interval is received, and belongs to none.
  expect(rows.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThanOrEqual(received);
  for (const stream of [0, 1, 2]) {
    const own = rows.filter((row) => row.stream === stream);
    for (const [i, { start, end }] of own.entries()) {
      expect(end).toBeGreaterThan(start);
      if (i > 0) expect(start).toBe(own[i - 1]?.end);
    }
    const whole = (own.at(-1)?.end ?? 0) - (own[0]?.start ?? 0);
    expect(whole).toBeGreaterThanOrEqual(500e6);
  }
  const estimate = measured.reduced.metrics[`goodput_${flow}_bps`];
  expect(estimate).toMatchObject({ is: 'sample' });
  expect(rows.filter(({ omitted, start }) => omitted === 1 && start > (rows[0]?.start ?? 0) + 100e6)).toEqual([]);
}

describe('tcp-throughput', () => {
  test.each([
    ['forward', ['fwd'], '127.0.0.1'],
    ['reverse', ['rev'], '127.0.0.1'],
    ['each', ['fwd', 'rev'], '127.0.0.1'],
    ['duplex', ['fwd', 'rev'], '127.0.0.1'],
    ['each', ['fwd', 'rev'], '::1'],
  ] as const)('measures %s (%s) at %s; both ends agree', async (direction, flows, host) => {
    const measured = await withAgent(tcpThroughput, { ...BRIEF, direction }, { host });
    expect(measured.outcome).toMatchObject({ status: 'completed', error: null });
    for (const flow of flows) expectFlow(measured, flow);
    for (const flow of FLOWS.filter((name) => !(flows as readonly string[]).includes(name))) {
      expect(intervals(measured, flow)).toEqual([]);
      expect(measured.reduced.metrics[`goodput_${flow}_bps`]).toMatchObject({ is: 'missing' });
    }
    expect(measured.reduced.counts).toMatchObject({ lost: 0, failed: 0 });
  });

  test.each(['forward', 'reverse', 'each', 'duplex'])(
    'settles with an abort of %s, and leaves no handle',
    async (direction) => {
      const noneLeft = watchHandles();
      const given = { ...BRIEF, direction, duration: '1m' };
      const how = abortOf(new NetprobeError('NETPROBE_ABORTED', 'enough'));
      const measured = await withAgent(tcpThroughput, given, how);
      expect(measured.outcome.error).toMatchObject({ code: 'NETPROBE_ABORTED' });
      expect(measured.outcome.status).toMatch(/partial|failed/);
      // Both ends still told what they had counted.
      if (direction !== 'reverse') expect(factOf(measured, 0, 'sent_fwd_bytes')).toBeGreaterThan(0);
      if (direction === 'reverse') expect(factOf(measured, 0, 'received_rev_bytes')).toBeGreaterThan(0);
      if (direction === 'forward') expect(factOf(measured, 1, 'received_fwd_bytes')).toBeGreaterThan(0);
      await noneLeft();
    },
  );

  test.each(['forward', 'reverse'])('%s is partial when the agent goes away midway', async (direction) => {
    const given = { ...BRIEF, direction, duration: '1m' };
    const measured = await withAgent(tcpThroughput, given, { progress: (_, agent) => void agent.drain(0) });
    const code = expect.stringMatching(/^NETPROBE_(RESET|CLOSED|AGENT_CLOSED)$/);
    expect(measured.outcome).toMatchObject({ status: 'partial', error: { code } });
    expect(measured.reduced.counts.skipped).toBeGreaterThan(0);
  });
});
