import { afterEach, describe, expect, test } from 'vitest';
import { NetprobeError } from '../../src/contract/error.ts';
import { watchHandles } from '../support/handles.ts';
import { outcomesOf } from '../support/reduced.ts';
import { connect, listen } from '../support/tcp-target.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function serve(...how: Parameters<typeof listen>): Promise<number> {
  const { server, port } = await listen(...how);
  closing.push(() => server.close());
  return port;
}

describe('tcp-connect measures a server that takes connections', () => {
  test.each(['127.0.0.1', '::1'])('at %s, with nothing to look up', async (host) => {
    const port = await serve(host);
    const measured = await connect(host, port);
    expect(measured.outcome).toMatchObject({ status: 'completed', error: null, address: host, dnsNs: null });
    expect(outcomesOf(measured, 'connect')).toEqual(Array(10).fill('received'));
    const { counts, metrics } = measured.reduced;
    expect(counts).toMatchObject({ planned: 10, sent: 10, received: 10, lost: 0, failed: 0, skipped: 0 });
    expect(metrics['dns_ms']).toEqual({ is: 'missing', why: 'an address was given: nothing to look up' });
    expect(metrics['failure_ratio']).toMatchObject({ is: 'ratio', hits: 0, of: 10 });
  });

  test('with rows that fit together: sent after it was due, handshake after that', async () => {
    const port = await serve('127.0.0.1');
    const rows = (await connect('127.0.0.1', port)).read.seats[0]?.rows['connect'];
    for (let i = 0; i < 10; i += 1) {
      const at = (column: string) => rows?.[column]?.[i] as number;
      expect(at('sent')).toBeGreaterThanOrEqual(at('intended'));
      expect(at('handshake')).toBeGreaterThan(0);
      expect(at('received')).toBe(at('sent') + at('handshake'));
    }
  });

  test('by name, and times the look-up once', async () => {
    const port = await serve('127.0.0.1');
    const measured = await connect('localhost', port, { family: 4 });
    expect(measured.outcome).toMatchObject({ status: 'completed', address: '127.0.0.1', dnsNs: expect.any(Number) });
    expect(measured.reduced.metrics['dns_ms']).toMatchObject({ is: 'scalar' });
  });

  test('also when it closes at once: the handshake was done', async () => {
    const port = await serve('127.0.0.1', (socket) => socket.destroy());
    expect(outcomesOf(await connect('127.0.0.1', port), 'connect')).toEqual(Array(10).fill('received'));
  });

  test('with more connections at a time than Node takes for a leak of listeners, without a warning', async () => {
    const warnings: Error[] = [];
    const note = (warning: Error) => warnings.push(warning);
    process.on('warning', note);
    closing.push(() => process.off('warning', note));
    const port = await serve('127.0.0.1');
    const given = { count: 300, rate: '100000/s', timeout: '5s' };
    expect((await connect('127.0.0.1', port, { given })).reduced.counts.received).toBe(300);
    expect(warnings).toEqual([]);
  });
});

test('tcp-connect settles with an abort, and leaves no handle', async () => {
  const port = await serve('127.0.0.1');
  const noneLeft = watchHandles();
  const stop = new AbortController();
  const { signal } = stop;
  const abort = () => stop.abort(new NetprobeError('NETPROBE_ABORTED', 'enough'));
  const given = { duration: '10m', rate: '100/s' };
  const measured = await connect('127.0.0.1', port, { given, signal, progress: (rows) => rows > 5 && abort() });
  expect(measured.outcome).toMatchObject({ status: 'partial', error: { code: 'NETPROBE_ABORTED' } });
  expect(measured.reduced.counts.skipped).toBeGreaterThan(0);
  await noneLeft();
});
