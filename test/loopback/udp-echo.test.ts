import { describe, expect, test } from 'vitest';
import { udpEcho } from '../../probes/udp-echo/index.ts';
import { NetprobeError } from '../../src/contract/error.ts';
import { watchHandles } from '../support/handles.ts';
import { abortOf, factOf, withAgent } from '../support/with-agent.ts';

const BRIEF = { count: 50, rate: '1000/s', timeout: '1s' };

describe('udp-echo with an agent', () => {
  test.each([
    ['127.0.0.1', {}],
    ['127.0.0.1', { size: '1400 B', flows: 5 }],
    ['127.0.0.1', { mode: 'authenticated', flows: 2 }],
    ['127.0.0.1', { mode: 'authenticated', size: '60000 B', sampling: 'periodic' }],
    ['::1', { flows: 3 }],
  ])('at %s with %j gets every packet back, once, in order; both ends counted the same', async (host, given) => {
    const measured = await withAgent(udpEcho, { ...BRIEF, ...given }, { host });
    expect(measured.outcome).toMatchObject({ status: 'completed', error: null, address: host });
    const all = { planned: 50, sent: 50, received: 50, lost: 0, failed: 0, skipped: 0 };
    expect(measured.reduced.counts).toMatchObject(all);
    const { metrics } = measured.reduced;
    for (const name of ['loss', 'duplicate', 'reordered'].flatMap((kind) => [
      `${kind}_ratio`,
      `${kind}_fwd_ratio`,
      `${kind}_rev_ratio`,
    ]))
      expect(metrics[name], name).toMatchObject({ is: 'ratio', hits: 0, of: 50 });
    for (const seat of measured.read.seats)
      expect(Object.values(factOf({ ...measured }, seat.seat, 'rejected') ?? {}).every((count) => count === 0)).toBe(
        true,
      );
  });

  test('sends each flow from a port of its own, in turn', async () => {
    const measured = await withAgent(udpEcho, { ...BRIEF, flows: 4, sampling: 'periodic' });
    const flows = factOf(measured, 0, 'flows') as { flow: number; local_port: number }[];
    expect(new Set(flows.map(({ local_port }) => local_port)).size).toBe(4);
    const sent = Array.from(measured.read.seats[0]?.rows['request']?.['flow'] ?? []);
    expect(sent.slice(0, 6)).toEqual([0, 1, 2, 3, 0, 1]);
    expect(measured.reduced.flows?.map(({ label }) => label)).toEqual(
      flows.map(({ local_port }) => `port ${local_port}`),
    );
  });

  test('sends after it was due, and receives after it sent, at both ends', async () => {
    const measured = await withAgent(udpEcho, BRIEF);
    const [near, far] = [measured.read.seats[0]?.rows, measured.read.seats[1]?.rows];
    for (let i = 0; i < 50; i += 1) {
      const at = (column: string) => near?.['request']?.[column]?.[i] as number;
      expect(at('sent')).toBeGreaterThanOrEqual(at('intended'));
      expect(near?.['reply']?.['received']?.[i]).toBeGreaterThan(near?.['request']?.['sent']?.[0] as number);
      expect(far?.['reflect']?.['sent']?.[i]).toBeGreaterThanOrEqual(far?.['reflect']?.['received']?.[i] as number);
    }
  });

  test('settles with an abort, and leaves no handle', async () => {
    const noneLeft = watchHandles();
    const abort = abortOf(new NetprobeError('NETPROBE_ABORTED', 'enough'));
    const measured = await withAgent(udpEcho, { duration: '5m' }, abort);
    expect(measured.outcome).toMatchObject({ status: 'partial', error: { code: 'NETPROBE_ABORTED' } });
    expect(measured.reduced.counts.skipped).toBeGreaterThan(0);
    await noneLeft();
  });
});
