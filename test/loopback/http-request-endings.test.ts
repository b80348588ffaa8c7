import { describe, expect, it } from 'vitest';
import { httpRequest } from '../../probes/http-request/index.ts';
import { NetprobeError } from '../../src/contract/error.ts';
import type { Run } from '../../src/contract/kind.ts';
import type { Outcome } from '../../src/contract/outcome.ts';
import { against, httpServer, rawServer, registry, serving, tcpServer, withAgent } from './http-helpers.ts';

const FEW = { count: 4, rate: '100/s', connections: 2, timeout: '400ms' };
const OK = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok';

function times(count: number, outcome: Outcome): Outcome[] {
  return Array.from({ length: count }, () => outcome);
}

describe('http-request against a server that answers wrongly', () => {
  it('fails by the status, and records it', () =>
    serving(
      httpServer((_, response) => response.writeHead(503).end('busy')),
      async ({ url }) => {
        const { outcome, outcomes, rows, reduced } = await against(httpRequest, url, FEW);
        const error = { code: 'NETPROBE_HTTP_STATUS', origin: 'target', expected: '200 to 299', found: '503' };
        expect(outcome).toMatchObject({ status: 'failed', error });
        expect(outcomes).toEqual(times(4, 'status'));
        for (const row of rows('request')) expect(row).toMatchObject({ status: 503, bytes: 4, received: null });
        expect(reduced.counts).toMatchObject({ sent: 4, received: 0, failed: 4 });
        expect(reduced.metrics['failure_ratio']).toMatchObject({ is: 'ratio', hits: 4, of: 4 });
      },
    ));

  it('takes the statuses that are expected, and only those', () =>
    serving(
      httpServer((_, response) => response.writeHead(404).end()),
      async ({ url }) => {
        expect((await against(httpRequest, url, { ...FEW, expect: [200, 404] })).outcomes).toEqual(
          times(4, 'received'),
        );
        expect((await against(httpRequest, url, { ...FEW, expect: 200 })).outcomes).toEqual(times(4, 'status'));
      },
    ));

  it('does not follow redirects', async () => {
    const asked: (string | undefined)[] = [];
    const redirect = httpServer((request, response) => {
      asked.push(request.url);
      response.writeHead(302, { location: '/elsewhere' }).end();
    });
    await serving(redirect, async ({ url }) => {
      const { outcomes, rows } = await against(httpRequest, url, FEW);
      expect(outcomes).toEqual(times(4, 'status'));
      expect(rows('request')[0]).toMatchObject({ status: 302 });
      expect(asked).toEqual(['/', '/', '/', '/']);
    });
  });

  it('measures on when only some requests fail', async () => {
    let asked = 0;
    const flaky = httpServer((_, response) => {
      asked += 1;
      response.writeHead(asked % 2 === 0 ? 500 : 200).end();
    });
    await serving(flaky, async ({ url }) => {
      const { outcome, outcomes, values } = await against(httpRequest, url, { ...FEW, connections: 1 });
      expect(outcome).toMatchObject({ status: 'completed', error: null });
      expect(outcomes).toEqual(['received', 'status', 'received', 'status']);
      const failed = values('duration_ms').map((value) => value === Number.POSITIVE_INFINITY);
      expect(failed).toEqual([false, true, false, true]);
      expect(values('wait_ms').map(Number.isFinite)).toEqual([true, false, true, false]);
    });
  });

  it('cuts off a body longer than max_body', () =>
    serving(
      httpServer((_, response) => response.end('x'.repeat(5000))),
      async ({ url }) => {
        const { outcome, outcomes } = await against(httpRequest, url, { ...FEW, max_body: '4 KiB' });
        expect(outcomes).toEqual(times(4, 'protocol'));
        expect(outcome.error).toMatchObject({ code: 'NETPROBE_PROTOCOL', origin: 'config' });
        expect((await against(httpRequest, url, { ...FEW, max_body: '5000 B' })).outcomes).toEqual(
          times(4, 'received'),
        );
      },
    ));

  it('counts a body as the parser delivers it, without chunked framing', () => {
    const chunked = 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n1\r\nd\r\n0\r\n\r\n';
    return serving(
      rawServer((socket) => socket.write(chunked)),
      async ({ url }) => {
        const { outcomes, rows } = await against(httpRequest, url, FEW);
        expect(outcomes).toEqual(times(4, 'received'));
        for (const row of rows('request')) expect(row['bytes']).toBe(4);
      },
    );
  });

  it('takes a body that ends with its connection', () =>
    serving(
      rawServer((socket) => {
        socket.write('HTTP/1.1 200 OK\r\n\r\nabc');
        setTimeout(() => socket.end('de'), 80);
      }),
      async ({ url }) => {
        const { outcomes, rows } = await against(httpRequest, url, FEW);
        expect(outcomes).toEqual(times(4, 'received'));
        for (const row of rows('request')) {
          expect(row).toMatchObject({ bytes: 5, reused: 0 });
          // Half of it: client and server share an event loop.
          expect(row['transfer']).toBeGreaterThanOrEqual(40e6);
        }
      },
    ));

  it.each([
    ['what is not HTTP', 'hello\r\n\r\n'],
    ['a broken header', 'HTTP/1.1 200 OK\r\ncontent-length: 5\r\nbro ken\x00: x\r\n\r\n'],
    ['a head without end', `HTTP/1.1 200 OK\r\n${'x-filler: 0123456789\r\n'.repeat(1000)}`],
    ['a broken chunk', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\nabc\r\n'],
    ['an upgrade', 'HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n'],
    ['a continue', 'HTTP/1.1 100 Continue\r\n\r\n'],
  ])('calls %s a breach of protocol', (_, answer) =>
    serving(
      rawServer((socket) => socket.write(answer)),
      async ({ url }) => {
        const { outcome, outcomes } = await against(httpRequest, url, FEW);
        expect(outcomes).toEqual(times(4, 'protocol'));
        expect(outcome.error).toMatchObject({ code: 'NETPROBE_PROTOCOL', origin: 'target' });
      },
    ),
  );

  it.each(['reuse', 'new'])('finds a server that speaks first a breach of protocol (%s)', (connection) =>
    serving(
      tcpServer((socket) => socket.write('SSH-2.0-OpenSSH_9.9\r\n')),
      async ({ url, connections }) => {
        const { outcomes } = await against(httpRequest, url, { ...FEW, connection });
        expect(outcomes).toEqual(times(4, 'protocol'));
        expect(connections()).toBeLessThanOrEqual(6);
      },
    ),
  );
});

describe('http-request against a server that leaves', () => {
  it.each([
    ['in the head', 'HTTP/1.1 200 OK\r\ncontent-le'],
    ['before its answer', ''],
    ['in a body of known length', 'HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nabc'],
    ['in a body of known length, as announced', 'HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 9\r\n\r\nabc'],
    ['in a chunked body', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n9\r\nabc'],
    [
      'in a chunked body, as announced',
      'HTTP/1.1 200 OK\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\n9\r\nab',
    ],
  ])('calls it closed when it does so %s', (_, answer) =>
    serving(
      rawServer((socket) => socket.end(answer)),
      async ({ url }) => {
        const { outcome, outcomes } = await against(httpRequest, url, FEW);
        expect(outcomes).toEqual(times(4, 'closed'));
        expect(outcome.error).toMatchObject({ code: 'NETPROBE_CLOSED', origin: 'target' });
      },
    ),
  );

  it.each([
    ['before its answer', ''],
    ['in the body', 'HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nabc'],
  ])('calls it reset when it resets the connection %s', (_, answer) =>
    serving(
      rawServer((socket) => {
        socket.write(answer);
        // Together with bytes, a reset looks like a close: libuv reports a hang-up as the end.
        setTimeout(() => socket.resetAndDestroy(), 50);
      }),
      async ({ url }) => {
        const { outcome, outcomes } = await against(httpRequest, url, FEW);
        expect(outcomes).toEqual(times(4, 'reset'));
        expect(outcome.error).toMatchObject({ code: 'NETPROBE_RESET' });
      },
    ),
  );

  it('replaces a connection that was closed while idle, and no request suffers', () =>
    serving(
      rawServer((socket) => {
        socket.write(OK);
        setTimeout(() => socket.end(), 20);
      }),
      async ({ url }) => {
        const given = { count: 4, rate: '10/s', connections: 1 };
        const { outcomes, rows } = await against(httpRequest, url, given);
        expect(outcomes).toEqual(times(4, 'received'));
        expect(rows('connection')).toHaveLength(4);
        for (const row of rows('request')) expect(row['reused']).toBe(0);
      },
    ));

  it('gives up a connection before the server does, when it says how long it keeps one', () =>
    serving(
      httpServer((_, response) => response.end('ok'), {
        set: (server) => {
          server.keepAliveTimeout = 1000;
        },
      }),
      async ({ url }) => {
        // The next request is due when a second has nearly passed: both sides would close and send at the same time.
        const { outcomes, rows } = await against(httpRequest, url, {
          count: 3,
          rate: '60/min',
          sampling: 'periodic',
          connections: 1,
        });
        expect(outcomes).toEqual(times(3, 'received'));
        expect(rows('connection')).toHaveLength(3);
      },
    ));

  it('replaces a connection that each answer closes', () =>
    serving(
      httpServer((_, response) => response.writeHead(200, { connection: 'close' }).end('ok')),
      async ({ url }) => {
        const { outcomes, rows } = await against(httpRequest, url, { ...FEW, timeout: '5s' });
        expect(outcomes).toEqual(times(4, 'received'));
        expect(rows('connection')).toHaveLength(4);
      },
    ));

  it('fails waiting requests when no connection can be had any more', async () => {
    const server = await rawServer((socket) => {
      socket.write(OK);
      socket.end();
    });
    // One answer, and then there is no server any more.
    const closing = new Promise<void>((resolve) => {
      const { close } = server;
      const poll = setInterval(() => {
        if (server.connections() === 0) return;
        clearInterval(poll);
        void close().then(resolve);
      }, 100);
    });
    const { outcome, outcomes } = await against(httpRequest, server.url, {
      count: 6,
      rate: '10/s',
      sampling: 'periodic',
      connections: 1,
    });
    await closing;
    expect(outcome.status).toBe('completed');
    expect(outcomes[0]).toBe('received');
    expect(outcomes.at(-1)).toBe('refused');
  });

  it.each([
    ['reuse', 0],
    ['new', 4],
  ])('fails as refused when nobody listens (%s)', async (connection, rows) => {
    const server = await tcpServer(() => undefined);
    await server.close();
    const measured = await against(httpRequest, server.url, { ...FEW, connection });
    expect(measured.outcome).toMatchObject({ status: 'failed', error: { code: 'NETPROBE_CONNECT_REFUSED' } });
    expect(measured.outcomes).toEqual(times(rows, 'refused'));
  });
});

describe('http-request against a server that is slow', () => {
  it.each(['reuse', 'new'])('gives up on requests that are never answered (%s)', (connection) =>
    serving(
      rawServer(() => undefined),
      async ({ url }) => {
        const { outcome, outcomes, reduced } = await against(httpRequest, url, { ...FEW, connection });
        expect(outcomes).toEqual(times(4, 'timeout'));
        expect(outcome).toMatchObject({ status: 'failed', error: { code: 'NETPROBE_TIMEOUT', origin: 'target' } });
        expect(reduced.counts).toMatchObject({ sent: 4, lost: 4, failed: 0 });
      },
    ),
  );

  it('gives up on a body that never ends', () =>
    serving(
      rawServer((socket) => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nabc')),
      async ({ url }) => {
        const { outcomes, rows } = await against(httpRequest, url, FEW);
        expect(outcomes).toEqual(times(4, 'timeout'));
        const begun = rows('request').filter((row) => row['status'] === 200);
        for (const row of begun) expect(row).toMatchObject({ bytes: 3, transfer: null, received: null });
        expect(begun.length).toBeGreaterThanOrEqual(2);
      },
    ));

  it('lets requests wait for a connection no longer than their timeout', () =>
    serving(
      rawServer(() => undefined),
      async ({ url }) => {
        const { outcomes, rows } = await against(httpRequest, url, { ...FEW, rate: '10000/s', connections: 1 });
        expect(outcomes).toEqual(times(4, 'timeout'));
        expect(rows('request').some((row) => row['sent'] === null)).toBe(true);
      },
    ));

  it('goes on releasing requests while the server stalls, and shows the stall in response_ms', async () => {
    let asked = 0;
    const stalling = httpServer((_, response) => {
      asked += 1;
      setTimeout(() => response.end(), asked === 1 ? 600 : 0);
    });
    await serving(stalling, async ({ url }) => {
      const given = { count: 5, rate: '50/s', connections: 1 };
      const { outcomes, rows, values } = await against(httpRequest, url, given);
      expect(outcomes).toEqual(times(5, 'received'));
      const [first, ...others] = rows('request');
      for (const [i, row] of others.entries()) {
        // Released on schedule, sent once the connection was free.
        expect(row['released']).toBeLessThan(Number(first?.['received']));
        expect(row['sent']).toBeGreaterThanOrEqual(Number(first?.['received']));
        expect(values('response_ms')[i + 1]).toBeGreaterThanOrEqual(600 / 2 - 20 * (i + 1));
      }
      const lateness = values('duration_ms')
        .slice(1)
        .map((duration, i) => duration < Number(values('response_ms')[i + 1]));
      expect(lateness).toEqual([true, true, true, true]);
    });
  });
});

describe('http-request when it is aborted', () => {
  const enough = new NetprobeError('NETPROBE_ABORTED', 'enough');

  it('settles at once, and calls requests on their way neither answered nor failed', () => {
    const abort = new AbortController();
    let asked = 0;
    const answeringOnce = rawServer((socket, nth) => {
      asked += 1;
      if (nth === 1) socket.write(OK);
      // Three second requests: each of their connections has brought its first answer.
      if (asked === 6) abort.abort(enough);
    });
    return serving(answeringOnce, async ({ url }) => {
      const given = { count: 1000, rate: '50/s', connections: 3, timeout: '60s' };
      const { outcome, outcomes, reduced } = await against(httpRequest, url, given, abort.signal);
      expect(outcome).toMatchObject({ status: 'partial', error: { code: 'NETPROBE_ABORTED' } });
      expect(outcomes.slice(0, 3)).toEqual(times(3, 'received'));
      expect(outcomes.slice(3)).toEqual(times(outcomes.length - 3, 'skipped'));
      expect(reduced.counts).toMatchObject({ planned: 1000, sent: 3, received: 3, skipped: 997 });
    });
  });

  it('settles while connections are being opened', () => {
    const abort = new AbortController();
    // It takes the connection, and never shakes hands.
    const silent = tcpServer(() => abort.abort(enough));
    return serving(silent, async ({ port }) => {
      const given = { count: 10, timeout: '60s' };
      const { outcome } = await against(httpRequest, `https://127.0.0.1:${port}/`, given, abort.signal);
      expect(outcome).toMatchObject({ status: 'failed', error: { code: 'NETPROBE_ABORTED' } });
    });
  });
});

describe('http-request against an agent that cheats', () => {
  it('does not take an answer without the random bits of its request', async () => {
    const run: Run<unknown, never> = async (_, io) => {
      io.serve({ http: (_request, response) => response.end('x'.repeat(64)) });
      for await (const _message of io.heard(0));
    };
    const cheat = { ...httpRequest, roles: { ...httpRequest.roles, responder: async () => ({ run: run as never }) } };
    const measured = await withAgent(httpRequest, FEW, { registry: new Map([...registry, [cheat.name, cheat]]) });
    expect(measured.outcomes).toEqual(times(4, 'protocol'));
    expect(measured.outcome.error).toMatchObject({ code: 'NETPROBE_AGENT_GARBAGE', origin: 'agent' });
  });
});
