import { describe, expect, onTestFinished, test } from 'vitest';
import { deafServer } from '../support/deaf-server.ts';
import { outcomesOf } from '../support/reduced.ts';
import { connect, deadPort, listen, play } from '../support/tcp-target.ts';

describe('tcp-connect tells apart', () => {
  test('a port that refuses', async () => {
    const measured = await connect('127.0.0.1', await deadPort());
    const error = { code: 'NETPROBE_CONNECT_REFUSED', origin: 'target' };
    expect(measured.outcome).toMatchObject({ status: 'failed', error });
    expect(outcomesOf(measured, 'connect')).toEqual(Array(10).fill('refused'));
    expect(measured.reduced.counts).toMatchObject({ sent: 10, received: 0, lost: 0, failed: 10 });
    expect(measured.reduced.metrics['failure_ratio']).toMatchObject({ is: 'ratio', hits: 10, of: 10 });
  });

  test('an address to which no route leads', async () => {
    const measured = await connect('255.255.255.255', 9);
    const error = { code: 'NETPROBE_UNREACHABLE', origin: 'network' };
    expect(measured.outcome).toMatchObject({ status: 'failed', error });
    expect(outcomesOf(measured, 'connect')).toEqual(Array(10).fill('unreachable'));
  });

  test('a server that answers some and then no more in time: those are lost', async () => {
    const { port, close } = await deafServer();
    onTestFinished(close);
    const measured = await connect('127.0.0.1', port, { given: { count: 10, rate: '50/s', timeout: '200ms' } });
    expect(measured.outcome).toMatchObject({ status: 'completed' });
    const outcomes = outcomesOf(measured, 'connect');
    expect(new Set(outcomes)).toEqual(new Set(['received', 'timeout']));
    const { counts } = measured.reduced;
    expect(counts).toMatchObject({ sent: 10, failed: 0, lost: outcomes.filter((each) => each === 'timeout').length });
    const again = await connect('127.0.0.1', port, { given: { count: 3, timeout: '100ms' } });
    const error = { code: 'NETPROBE_CONNECT_TIMEOUT', origin: 'network' };
    expect(again.outcome).toMatchObject({ status: 'failed', error });
  });

  test('a server that resets: when that comes before the system has told of the handshake', async () => {
    const { server, port } = await listen('127.0.0.1', (socket) => socket.resetAndDestroy());
    const measured = await connect('127.0.0.1', port, { given: { count: 50, rate: '500/s' } });
    server.close();
    const outcomes = outcomesOf(measured, 'connect');
    expect(outcomes.filter((each) => each !== 'received' && each !== 'reset')).toEqual([]);
    expect(measured.reduced.counts.failed).toBe(outcomes.filter((each) => each === 'reset').length);
  });

  test('a name that there is not: configuration, or a resolver that does not answer', async () => {
    const { outcome, records } = await play('there.is.no.such.host.invalid', 9);
    expect(['NETPROBE_DNS_NOT_FOUND', 'NETPROBE_DNS_FAILED']).toContain(outcome.error?.code);
    expect(outcome).toMatchObject({ status: 'failed', address: null, dnsNs: null });
    expect(outcome.error?.origin).toBe(outcome.error?.code === 'NETPROBE_DNS_FAILED' ? 'local' : 'config');
    expect(records).toEqual([]);
  });

  test('an address of the other family than the site has', async () => {
    const { outcome } = await play('::1', 9, { family: 4 });
    expect(outcome).toMatchObject({ status: 'failed', error: { code: 'NETPROBE_DNS_NOT_FOUND', origin: 'config' } });
  });

  test('a server that goes away meanwhile from one that never was there', async () => {
    let taken = 0;
    const { server, port } = await listen('127.0.0.1', (socket) => {
      socket.destroy();
      taken += 1;
      if (taken === 5) server.close();
    });
    const measured = await connect('127.0.0.1', port);
    expect(measured.outcome).toMatchObject({ status: 'completed' });
    expect(new Set(outcomesOf(measured, 'connect'))).toEqual(new Set(['received', 'refused']));
  });
});
