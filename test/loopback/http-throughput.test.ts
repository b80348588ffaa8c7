import type http from 'node:http';
import { describe, expect, it } from 'vitest';
import { httpThroughput } from '../../probes/http-throughput/index.ts';
import { NetprobeError } from '../../src/contract/error.ts';
import { against, httpServer, type Measured, rawServer, serving, withAgent } from './http-helpers.ts';

const enough = new NetprobeError('NETPROBE_ABORTED', 'enough');
const SHORT = { duration: '400ms', warmup: '200ms', connections: 2 };
const DOWN = { ...SHORT, direction: 'reverse' };
const MIB = Buffer.alloc(1024 * 1024, 'x');

function scalar({ reduced }: Measured, metric: string): number {
  const estimate = reduced.metrics[metric];
  return estimate?.is === 'scalar' ? estimate.value : Number.NaN;
}

/** What was counted never exceeds what the other end says it sent. */
function expectNoMoreReceivedThanSent(measured: Measured, flow: 'fwd' | 'rev'): void {
  const received = scalar(measured, `received_${flow}_bytes`);
  expect(received).toBeGreaterThan(0);
  expect(received).toBeLessThanOrEqual(scalar(measured, `sent_${flow}_bytes`));
}

describe('http-throughput against an agent', () => {
  it.each([
    ['forward', ['fwd']],
    ['reverse', ['rev']],
    ['each', ['fwd', 'rev']],
    ['duplex', ['fwd', 'rev']],
  ] as const)('measures %s', async (direction, flows) => {
    const measured = await withAgent(httpThroughput, { ...SHORT, direction });
    expect(measured.outcome).toMatchObject({ status: 'completed', error: null });
    for (const flow of flows) {
      const goodput = measured.values(`goodput_${flow}_bps`);
      expect(goodput.length).toBeGreaterThanOrEqual(1);
      for (const bps of goodput) expect(bps).toBeGreaterThan(0);
      expectNoMoreReceivedThanSent(measured, flow);
    }
    const other = direction === 'forward' ? 'rev' : direction === 'reverse' ? 'fwd' : undefined;
    if (other) expect(measured.reduced.metrics[`goodput_${other}_bps`]).toMatchObject({ is: 'missing' });
  });

  it('measures over IPv6', async () => {
    const { outcome } = await withAgent(httpThroughput, { ...SHORT, direction: 'duplex' }, { host: '::1' });
    expect(outcome).toMatchObject({ status: 'completed', address: '::1' });
  });

  it.each(['forward', 'reverse'])('settles when it is aborted (%s)', async (direction) => {
    const abort = new AbortController();
    setTimeout(() => abort.abort(enough), 600);
    const given = { ...SHORT, duration: '60s', direction };
    const { outcome } = await withAgent(httpThroughput, given, { signal: abort.signal });
    expect(outcome.error?.code).toBe('NETPROBE_ABORTED');
  });
});

describe('http-throughput of a URL', () => {
  const large: http.RequestListener = (_, response) => response.end(MIB);

  it('refuses what would need an upload', () => {
    for (const direction of ['forward', 'each', 'duplex']) {
      const parsed = httpThroughput.options.parse({ direction });
      if (!parsed.ok) throw new Error('options');
      const why = 'an upload needs an agent; set direction: reverse';
      expect(httpThroughput.refuses?.(parsed.value, 'http')).toBe(why);
    }
    const parsed = httpThroughput.options.parse({ direction: 'reverse' });
    expect(parsed.ok && httpThroughput.refuses?.(parsed.value, 'https')).toBeUndefined();
  });

  it.each([false, true])('fetches the object again and again until the time is over (TLS: %s)', (tls) =>
    serving(httpServer(large, { tls }), async ({ url, connections }) => {
      const measured = await against(httpThroughput, url, { ...DOWN, verify_tls: false });
      expect(measured.outcome).toMatchObject({ status: 'completed', error: null });
      expect(connections()).toBe(2);
      const fetches = measured.fact(0, 'fetches') as { completed: number };
      expect(fetches).toMatchObject({ smallest_bytes: MIB.length, largest_bytes: MIB.length, connections: 2 });
      const received = scalar(measured, 'received_rev_bytes');
      expect(received).toBeGreaterThanOrEqual(fetches.completed * MIB.length);
      expect(received).toBeLessThanOrEqual((fetches.completed + 2) * MIB.length);
      const counted = measured.rows('interval').reduce((sum, row) => sum + Number(row['bytes']), 0);
      expect(counted).toBeLessThanOrEqual(received);
      expect(measured.reduced.metrics['sent_rev_bytes']).toMatchObject({ is: 'missing' });
      expect(measured.reduced.busyRatio).toBeGreaterThan(0);
    }),
  );

  it('counts bodies without the framing of their chunks', () => {
    const chunk = `1\r\nx\r\n`.repeat(1000);
    const answer = `HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n${chunk}0\r\n\r\n`;
    return serving(
      rawServer((socket) => socket.write(answer)),
      async ({ url }) => {
        const measured = await against(httpThroughput, url, { ...DOWN, connections: 1 });
        const fetches = measured.fact(0, 'fetches') as { completed: number };
        expect(fetches).toMatchObject({ smallest_bytes: 1000, largest_bytes: 1000 });
        expect(scalar(measured, 'received_rev_bytes')).toBeLessThanOrEqual((fetches.completed + 1) * 1000);
      },
    );
  });

  it('opens another connection when the server closes one after each object', () => {
    const once: http.RequestListener = (_, response) => response.writeHead(200, { connection: 'close' }).end(MIB);
    return serving(httpServer(once), async ({ url }) => {
      const measured = await against(httpThroughput, url, DOWN);
      expect(measured.outcome.status).toBe('completed');
      const fetches = measured.fact(0, 'fetches') as { completed: number; connections: number };
      expect(fetches.connections).toBeGreaterThanOrEqual(fetches.completed);
    });
  });

  it('asks for path and headers as given', async () => {
    const seen = new Set<string>();
    const remember: http.RequestListener = (request, response) => {
      seen.add(`${request.method} ${request.url} ${request.headers['x-key']}`);
      response.end(MIB);
    };
    await serving(httpServer(remember), async ({ url }) => {
      await against(httpThroughput, url, { ...DOWN, path: '/big?x', headers: { 'X-Key': 'k' } });
      expect([...seen]).toEqual(['GET /big?x k']);
    });
  });

  it.each([404, 302])('fails by status %d', (status) =>
    serving(
      httpServer((_, response) => response.writeHead(status, { location: '/' }).end('no')),
      async ({ url }) => {
        const { outcome } = await against(httpThroughput, url, DOWN);
        const error = { code: 'NETPROBE_HTTP_STATUS', found: String(status) };
        expect(outcome).toMatchObject({ status: 'failed', error });
      },
    ),
  );

  it('fails by a status that comes later, too: what was measured is not what was asked for', () => {
    let asked = 0;
    const limited: http.RequestListener = (_, response) => {
      asked += 1;
      if (asked > 3) response.writeHead(429).end('slow down');
      else response.end(MIB);
    };
    return serving(httpServer(limited), async ({ url }) => {
      const { outcome } = await against(httpThroughput, url, DOWN);
      expect(outcome).toMatchObject({ status: 'failed', error: { code: 'NETPROBE_HTTP_STATUS', found: '429' } });
    });
  });

  it('fails for an empty object', () =>
    serving(
      httpServer((_, response) => response.end()),
      async ({ url }) => {
        const { outcome } = await against(httpThroughput, url, DOWN);
        expect(outcome).toMatchObject({ status: 'failed', error: { code: 'NETPROBE_PROTOCOL', found: '0 bytes' } });
      },
    ));

  it('goes on, partially, when one connection breaks', () => {
    let asked = 0;
    const breaking: http.RequestListener = (_, response) => {
      asked += 1;
      if (asked !== 2) response.end(MIB);
      else response.writeHead(200, { 'content-length': 5000 }).write('x', () => response.destroy());
    };
    return serving(httpServer(breaking), async ({ url }) => {
      const { outcome, values } = await against(httpThroughput, url, DOWN);
      expect(outcome.status).toBe('partial');
      expect(['NETPROBE_CLOSED', 'NETPROBE_RESET']).toContain(outcome.error?.code);
      expect(values('goodput_rev_bps').length).toBeGreaterThanOrEqual(1);
    });
  });

  it('is partial when all connections break before the time is over', () => {
    const breaking: http.RequestListener = (_, response) => {
      response.writeHead(200, { 'content-length': 1e9 }).write(MIB, () => setTimeout(() => response.destroy(), 50));
    };
    return serving(httpServer(breaking), async ({ url }) => {
      const { outcome, rows } = await against(httpThroughput, url, DOWN);
      expect(outcome.status).toBe('partial');
      for (const row of rows('interval')) expect(row['omitted']).toBe(1);
    });
  });

  it('counts nothing while the server stalls, and goes on', () => {
    const stalling: http.RequestListener = (_, response) => {
      response.writeHead(200, { 'content-length': 1e9 }).write('begin');
    };
    return serving(httpServer(stalling), async ({ url }) => {
      const { outcome, values } = await against(httpThroughput, url, DOWN);
      expect(outcome.status).toBe('completed');
      expect(values('goodput_rev_bps').length).toBeGreaterThanOrEqual(1);
      for (const bps of values('goodput_rev_bps')) expect(bps).toBe(0);
    });
  });

  it('settles when it is aborted', () =>
    serving(httpServer(large), async ({ url }) => {
      const abort = new AbortController();
      setTimeout(() => abort.abort(enough), 500);
      const { outcome } = await against(httpThroughput, url, { ...DOWN, duration: '60s' }, abort.signal);
      expect(outcome.error?.code).toBe('NETPROBE_ABORTED');
    }));
});
