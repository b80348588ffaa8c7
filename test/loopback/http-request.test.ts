import type http from 'node:http';
import { describe, expect, it } from 'vitest';
import { httpRequest } from '../../probes/http-request/index.ts';
import { against, httpServer, type Measured, rawServer, serving, withAgent } from './http-helpers.ts';

const FEW = { count: 6, rate: '100/s', connections: 2 };

/** What is left of a server's delay at least when client and server share a busy event loop, in ns. */
function most(delayMs: number): number {
  return (delayMs / 2) * 1e6;
}

/** For every request that was answered: the phases, without a gap, are the whole of it. */
function expectPhasesToAddUp({ rows }: Measured): void {
  for (const row of rows('request').filter((each) => each['received'] !== null)) {
    const phases = ['connect', 'tls', 'send', 'wait', 'transfer'].map((name) => row[name]);
    for (const phase of phases) expect(phase ?? 0).toBeGreaterThanOrEqual(0);
    const sum = phases.reduce<number>((total, phase) => total + (phase ?? 0), 0);
    expect(sum).toBe(Number(row['received']) - Number(row['sent']));
    expect(row['sent']).toBeGreaterThanOrEqual(Number(row['released']));
    expect(row['released']).toBeGreaterThanOrEqual(Number(row['intended']));
  }
}

/** Answers with a head after `headMs` and the rest of the body `bodyMs` after that. */
function slowly(headMs: number, bodyMs: number): http.RequestListener {
  return (_, response) => {
    setTimeout(() => {
      response.writeHead(200, { 'content-length': 8 }).write('half');
      setTimeout(() => response.end('half'), bodyMs);
    }, headMs);
  };
}

describe('http-request against a server', () => {
  it('answers every request and records what came of it', () =>
    serving(
      httpServer((_, response) => response.end('hello')),
      async ({ url, connections }) => {
        const measured = await against(httpRequest, url, FEW);
        expect(measured.outcome).toMatchObject({ status: 'completed', error: null });
        expect(measured.outcomes).toEqual(Array(6).fill('received'));
        expect(measured.reduced.counts).toMatchObject({ planned: 6, sent: 6, received: 6, lost: 0, failed: 0 });
        for (const row of measured.rows('request')) expect(row).toMatchObject({ status: 200, bytes: 5, connect: null });
        expect(measured.rows('connection')).toHaveLength(2);
        expect(connections()).toBe(2);
        expectPhasesToAddUp(measured);
      },
    ));

  it('tells first requests of a connection from those that reuse it', () =>
    serving(
      httpServer((_, response) => response.end()),
      async ({ url }) => {
        const { rows } = await against(httpRequest, url, FEW);
        expect(rows('request').filter((row) => row['reused'] === 0)).toHaveLength(2);
      },
    ));

  it.each(['reuse', 'new'])('puts a slow head into wait and a slow body into transfer (%s)', (connection) =>
    serving(httpServer(slowly(120, 170)), async ({ url }) => {
      const measured = await against(httpRequest, url, { ...FEW, connections: 6, connection });
      for (const row of measured.rows('request')) {
        expect(row['wait']).toBeGreaterThanOrEqual(most(120));
        expect(row['transfer']).toBeGreaterThanOrEqual(most(170));
      }
      for (const ttfb of measured.values('ttfb_ms')) expect(ttfb * 1e6).toBeGreaterThanOrEqual(most(120));
      for (const whole of measured.values('duration_ms')) expect(whole * 1e6).toBeGreaterThanOrEqual(most(290));
      expectPhasesToAddUp(measured);
    }),
  );

  it('counts the time until the server has taken the body as sending or waiting', () => {
    const reluctant: http.RequestListener = (request, response) => {
      setTimeout(() => request.resume().on('end', () => response.end()), 150);
    };
    return serving(httpServer(reluctant), async ({ url }) => {
      const body = 'x'.repeat(1024 * 1024);
      const measured = await against(httpRequest, url, { ...FEW, method: 'POST', body });
      expect(measured.outcomes).toEqual(Array(6).fill('received'));
      for (const row of measured.rows('request'))
        expect(Number(row['send']) + Number(row['wait'])).toBeGreaterThanOrEqual(most(150));
      expectPhasesToAddUp(measured);
    });
  });

  it('opens a connection for every request with connection: new, and measures its handshake', () =>
    serving(
      httpServer((_, response) => response.end()),
      async ({ url, connections }) => {
        const measured = await against(httpRequest, url, { ...FEW, connection: 'new' });
        expect(connections()).toBe(6);
        for (const row of measured.rows('request')) {
          expect(row).toMatchObject({ reused: 0, tls: null });
          expect(row['connect']).toBeGreaterThan(0);
        }
        expect(measured.values('connect_ms')).toHaveLength(6);
        expect(measured.reduced.metrics['tls_ms']).toEqual({ is: 'missing', why: 'no TLS' });
        expect(measured.rows('connection')).toEqual([]);
        expectPhasesToAddUp(measured);
      },
    ));

  it.each(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])('keeps the connection after %s', (method) =>
    serving(
      httpServer((request, response) => request.resume().on('end', () => response.end(request.method))),
      async ({ url, connections }) => {
        const { outcomes, rows } = await against(httpRequest, url, { ...FEW, connections: 1, method });
        expect(outcomes).toEqual(Array(6).fill('received'));
        expect(connections()).toBe(1);
        const bytes = method === 'HEAD' ? 0 : method.length;
        for (const row of rows('request')) expect(row['bytes']).toBe(bytes);
      },
    ),
  );

  it('sends path, host, headers and body as asked', async () => {
    const seen: unknown[] = [];
    const remember: http.RequestListener = (request, response) => {
      let body = '';
      request.on('data', (chunk) => {
        body += chunk;
      });
      request.on('end', () => {
        seen.push([request.method, request.url, request.headers, body]);
        response.end();
      });
    };
    await serving(httpServer(remember), async ({ url, port }) => {
      const headers = { 'X-Key': 'one', accept: 'text/plain' };
      const given = { count: 1, method: 'POST', path: '/a?b=c', headers, body: 'text' };
      await against(httpRequest, url.replace('127.0.0.1', 'user:pa%3Ass@127.0.0.1'), given);
      expect(seen).toEqual([
        [
          'POST',
          '/a?b=c',
          {
            host: `127.0.0.1:${port}`,
            connection: 'keep-alive',
            'user-agent': 'netprobe',
            authorization: `Basic ${Buffer.from('user:pa:ss').toString('base64')}`,
            'x-key': 'one',
            accept: 'text/plain',
            'content-length': '4',
          },
          'text',
        ],
      ]);
    });
  });

  it("asks for the target's own path and query when no path is given", async () => {
    const seen: (string | undefined)[] = [];
    const remember: http.RequestListener = (request, response) => {
      seen.push(request.url);
      response.end();
    };
    await serving(httpServer(remember), async ({ url }) => {
      await against(httpRequest, `${url}deep/er?x=1`, { count: 1 });
      expect(seen).toEqual(['/deep/er?x=1']);
    });
  });

  it('does not count interim answers as the first byte', () =>
    serving(
      rawServer((socket) => {
        socket.write('HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n');
        setTimeout(() => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok'), 100);
      }),
      async ({ url }) => {
        const measured = await against(httpRequest, url, { count: 2, rate: '100/s', connections: 2 });
        expect(measured.outcomes).toEqual(['received', 'received']);
        for (const wait of measured.values('wait_ms')) expect(wait * 1e6).toBeGreaterThanOrEqual(most(100));
        expectPhasesToAddUp(measured);
      },
    ));

  it('measures over IPv6', () =>
    serving(
      httpServer((_, response) => response.end(), { host: '::1' }),
      async ({ url, port }) => {
        const { outcome, outcomes } = await against(httpRequest, url, FEW);
        expect(outcome).toMatchObject({ status: 'completed', address: '::1' });
        expect(outcomes).toEqual(Array(6).fill('received'));
        expect(url).toBe(`http://[::1]:${port}/`);
      },
    ));
});

describe('http-request over TLS', () => {
  const hello: http.RequestListener = (_, response) => response.end('hello');

  it('refuses a certificate that it cannot verify', () =>
    serving(httpServer(hello, { tls: true }), async ({ url }) => {
      const { outcome } = await against(httpRequest, url, FEW);
      expect(outcome).toMatchObject({ status: 'failed', error: { code: 'NETPROBE_TLS', origin: 'target' } });
    }));

  it('records tls as what became of requests on connections of their own', () =>
    serving(httpServer(hello, { tls: true }), async ({ url }) => {
      const { outcome, outcomes } = await against(httpRequest, url, { ...FEW, connection: 'new' });
      expect(outcome).toMatchObject({ status: 'failed', error: { code: 'NETPROBE_TLS' } });
      expect(outcomes).toEqual(Array(6).fill('tls'));
    }));

  it.each(['reuse', 'new'])('takes it with verify_tls: false, and measures the handshake (%s)', (connection) =>
    serving(httpServer(hello, { tls: true }), async ({ url }) => {
      const measured = await against(httpRequest, url, { ...FEW, connection, verify_tls: false });
      expect(measured.outcome.status).toBe('completed');
      expect(measured.values('tls_ms')).toHaveLength(connection === 'new' ? 6 : 2);
      for (const tls of measured.values('tls_ms')) expect(tls).toBeGreaterThan(0);
      expectPhasesToAddUp(measured);
    }),
  );
});

describe('http-request against an agent', () => {
  it.each(['reuse', 'new'])('completes at both ends (%s)', async (connection) => {
    const measured = await withAgent(httpRequest, { ...FEW, connection, response_size: '2 KiB' });
    expect(measured.outcome).toMatchObject({ status: 'completed', error: null });
    expect(measured.outcomes).toEqual(Array(6).fill('received'));
    for (const row of measured.rows('request')) expect(row).toMatchObject({ status: 200, bytes: 2048 });
    // With kept connections, each is proved by a request that is not measured.
    expect(measured.fact(1, 'answered_requests')).toBe(connection === 'new' ? 6 : 8);
    expectPhasesToAddUp(measured);
  });

  it('opens as many connections as may be without the agent turning any away', async () => {
    const measured = await withAgent(httpRequest, { count: 300, rate: '1000/s', connections: 256 });
    expect(measured.outcome).toMatchObject({ status: 'completed', error: null });
    expect(measured.rows('connection')).toHaveLength(256);
    expect(measured.fact(0, 'connections_failed')).toBe(0);
  });

  it('takes a body', async () => {
    const measured = await withAgent(httpRequest, { ...FEW, method: 'POST', body: 'x'.repeat(10_000), path: '/a?b' });
    expect(measured.outcomes).toEqual(Array(6).fill('received'));
  });

  it('answers HEAD without a body', async () => {
    const measured = await withAgent(httpRequest, { ...FEW, method: 'HEAD' });
    expect(measured.outcomes).toEqual(Array(6).fill('received'));
    for (const row of measured.rows('request')) expect(row['bytes']).toBe(0);
  });

  it('measures over IPv6', async () => {
    const { outcome } = await withAgent(httpRequest, FEW, { host: '::1' });
    expect(outcome).toMatchObject({ status: 'completed', address: '::1' });
  });
});
