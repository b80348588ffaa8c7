import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { wsThroughput } from '../../probes/ws-throughput/index.ts';
import { NetprobeError } from '../../src/contract/error.ts';
import { FLOWS } from '../../src/contract/intervals.ts';
import type { AnyKind } from '../../src/contract/kind.ts';
import { type Measured, withAgent } from './ws-helpers.ts';

const BRIEF = { duration: '400ms', warmup: '100ms', streams: 3 };

function bytes({ reduced }: Measured, name: string): number {
  const estimate = reduced.metrics[name];
  if (estimate?.is !== 'scalar') throw new Error(`${name}: ${JSON.stringify(estimate)}`);
  return estimate.value;
}

/** Both ends' counts of a flow, checked against each other and against the intervals. */
function expectFlow(measured: Measured, flow: 'fwd' | 'rev', size: number): void {
  const [sent, received] = [bytes(measured, `sent_${flow}_bytes`), bytes(measured, `received_${flow}_bytes`)];
  expect(received).toBeGreaterThan(0);
  expect(received).toBeLessThanOrEqual(sent);
  expect(sent % size).toBe(0);
  expect(received % size).toBe(0);
  const rows = measured.seats.find(({ seat }) => seat === (flow === 'fwd' ? 1 : 0))?.rows['interval'];
  const mine = [...(rows?.['flow'] ?? []).keys()].filter((row) => FLOWS[rows?.['flow']?.[row] ?? -1] === flow);
  const counted = mine.reduce((sum, row) => sum + (rows?.['bytes']?.[row] ?? 0), 0);
  // What arrives after the last interval is received, and belongs to none.
  expect(counted).toBeLessThanOrEqual(received);
  expect(new Set(mine.map((row) => rows?.['stream']?.[row]))).toEqual(new Set([0, 1, 2]));
  expect(measured.reduced.metrics[`goodput_${flow}_bps`]).toMatchObject({ is: 'sample' });
}

describe('ws-throughput', () => {
  test.each([
    ['forward', ['fwd']],
    ['reverse', ['rev']],
    ['each', ['fwd', 'rev']],
    ['duplex', ['fwd', 'rev']],
  ] as const)('measures %s; both ends agree', async (direction, flows) => {
    const measured = await withAgent(wsThroughput, { ...BRIEF, direction });
    expect(measured.outcome).toMatchObject({ status: 'completed', error: null });
    for (const flow of flows) expectFlow(measured, flow, 65_536);
    for (const flow of FLOWS.filter((name) => !(flows as readonly string[]).includes(name)))
      expect(measured.reduced.metrics[`goodput_${flow}_bps`]).toMatchObject({ is: 'missing' });
    expect(measured.reduced.counts).toMatchObject({ lost: 0, failed: 0, skipped: 0 });
  });

  test.each(['1 KiB', '1 MiB'])('carries messages of %s', async (size) => {
    const measured = await withAgent(wsThroughput, { ...BRIEF, direction: 'duplex', size });
    expect(measured.outcome).toMatchObject({ status: 'completed', error: null });
    for (const flow of FLOWS) expectFlow(measured, flow, size === '1 KiB' ? 1024 : 1024 * 1024);
  });

  test('works over IPv6', async () => {
    const measured = await withAgent(wsThroughput, { ...BRIEF, direction: 'forward' }, { host: '::1' });
    expect(measured.outcome).toMatchObject({ status: 'completed', error: null });
  });

  test.each(['forward', 'reverse', 'duplex'])('%s is partial when the agent vanishes midway', async (direction) => {
    const given = { ...BRIEF, direction, duration: '60s' };
    const measured = await withAgent(wsThroughput, given, { meanwhile: (_, agent) => void agent.drain(0) });
    // Either its streams or its control connection is missed first.
    const code = expect.stringMatching(/^NETPROBE_(RESET|AGENT_CLOSED|ABORTED)$/);
    expect(measured.outcome).toMatchObject({ status: 'partial', error: { code } });
    if (direction !== 'forward') expect(bytes(measured, 'received_rev_bytes')).toBeGreaterThan(0);
    if (direction !== 'reverse') expect(bytes(measured, 'sent_fwd_bytes')).toBeGreaterThan(0);
  });

  test('is partial when its streams are closed midway, and keeps what they brought', async () => {
    const kind = answeredBy((ws, size) => {
      for (let i = 0; i < 10; i += 1) ws.send(Buffer.alloc(size));
      ws.close(1001);
    });
    const given = { ...BRIEF, direction: 'reverse', duration: '60s' };
    const measured = await withAgent(kind, given, { registry: new Map([[kind.name, kind]]) });
    const error = { code: 'NETPROBE_AGENT_CLOSED', found: 'a close frame, 1001' };
    expect(measured.outcome).toMatchObject({ status: 'partial', error });
    expect(bytes(measured, 'received_rev_bytes')).toBe(3 * 10 * 65_536);
    expect(measured.reduced.metrics['sent_rev_bytes']).toMatchObject({ is: 'missing' });
  });

  test('takes no longer messages than agreed', async () => {
    const kind = answeredBy((ws, size) => ws.send(Buffer.alloc(size + 1)));
    const given = { ...BRIEF, direction: 'reverse' };
    const measured = await withAgent(kind, given, { registry: new Map([[kind.name, kind]]) });
    expect(measured.outcome).toMatchObject({ status: 'partial', error: { code: 'NETPROBE_AGENT_GARBAGE' } });
  });

  test.each(['forward', 'reverse'])('%s settles when it is aborted', async (direction) => {
    const abort = new AbortController();
    const given = { ...BRIEF, direction, duration: '60s' };
    const measured = await withAgent(wsThroughput, given, {
      signal: abort.signal,
      meanwhile: () => abort.abort(new NetprobeError('NETPROBE_ABORTED', 'interrupted')),
    });
    expect(measured.outcome.error).toMatchObject({ code: 'NETPROBE_ABORTED' });
    expect(measured.outcome.status).not.toBe('completed');
  });

  test('leaves the loop time for others while it sends all that it can', async () => {
    let turns = 0;
    const done = new AbortController();
    const others = (async () => {
      while (!done.signal.aborted) {
        turns += 1;
        await pause(1);
      }
    })();
    await withAgent(wsThroughput, { ...BRIEF, streams: 64, direction: 'forward' });
    done.abort();
    await others;
    expect(turns).toBeGreaterThan(3);
  });
});

/** The kind with another responder: when it may send, it does to each stream what the test says. */
function answeredBy(act: (ws: WebSocket, size: number) => void): AnyKind {
  const run: Awaited<ReturnType<AnyKind['roles'][string]>>['run'] = async ({ options }, io) => {
    const server = new WebSocketServer({ noServer: true });
    io.serve({ upgrade: (request, stream, head) => server.handleUpgrade(request, stream, head, () => undefined) });
    for await (const _go of io.heard(0)) for (const ws of server.clients) act(ws, (options as { size: number }).size);
  };
  return { ...wsThroughput, roles: { ...wsThroughput.roles, responder: async () => ({ run }) } };
}
