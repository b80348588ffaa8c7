import { describe, expect, test } from 'vitest';
import { tcpEcho } from '../../probes/tcp-echo/index.ts';
import { NetprobeError } from '../../src/contract/error.ts';
import { watchHandles } from '../support/handles.ts';
import { outcomesOf } from '../support/reduced.ts';
import { abortOf, factOf, withAgent } from '../support/with-agent.ts';

const BRIEF = { count: 20, rate: '500/s' };

describe('tcp-echo with an agent', () => {
  test.each([
    ['127.0.0.1', '16 B', 16],
    ['127.0.0.1', '64 KiB', 65_536],
    ['::1', '64 B', 64],
  ])('at %s gets every request of %s back, once; both ends counted the same', async (host, size, bytes) => {
    const measured = await withAgent(tcpEcho, { ...BRIEF, size }, { host });
    expect(measured.outcome).toMatchObject({ status: 'completed', error: null, address: host });
    expect(outcomesOf(measured, 'echo')).toEqual(Array(20).fill('received'));
    expect(measured.reduced.counts).toMatchObject({
      planned: 20,
      sent: 20,
      received: 20,
      lost: 0,
      failed: 0,
      skipped: 0,
    });
    expect(factOf(measured, 1, 'echoed_bytes')).toBe(20 * bytes);
    expect(factOf(measured, 0, 'late_replies')).toBe(0);
  });

  test('sends after it was due, and receives after it sent', async () => {
    const measured = await withAgent(tcpEcho, BRIEF);
    const rows = measured.read.seats[0]?.rows['echo'];
    const seqs = Array.from(rows?.['seq'] ?? []);
    expect(seqs.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, i) => i));
    for (const i of seqs.keys()) {
      const at = (column: string) => rows?.[column]?.[i] as number;
      expect(at('sent')).toBeGreaterThanOrEqual(at('intended'));
      expect(at('received')).toBeGreaterThan(at('sent'));
    }
    const { metrics } = measured.reduced;
    expect(metrics['connect_ms']).toMatchObject({ is: 'scalar' });
    expect(metrics['failure_ratio']).toMatchObject({ is: 'ratio', hits: 0, of: 20 });
  });

  test('settles with an abort, and leaves no handle', async () => {
    const noneLeft = watchHandles();
    const measured = await withAgent(
      tcpEcho,
      { duration: '5m' },
      abortOf(new NetprobeError('NETPROBE_ABORTED', 'enough')),
    );
    expect(measured.outcome).toMatchObject({ status: 'partial', error: { code: 'NETPROBE_ABORTED' } });
    const { counts } = measured.reduced;
    expect(counts).toMatchObject({ lost: 0, failed: 0 });
    expect(counts.skipped).toBeGreaterThan(0);
    await noneLeft();
  });
});
