import { afterEach, describe, expect, test } from 'vitest';
import { wsEcho } from '../../probes/ws-echo/index.ts';
import { NetprobeError } from '../../src/contract/error.ts';
import { echo, echoWith, type Measured, upgradeServer, webSocketServer, withAgent } from './ws-helpers.ts';

const BRIEF = { count: 20, rate: '200/s' };
const closing: (() => Promise<void>)[] = [];

async function serve(...how: Parameters<typeof webSocketServer>): Promise<string> {
  const served = await webSocketServer(...how);
  closing.push(served.close);
  return served.url;
}

afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

function expectComplete({ outcome, outcomes, reduced }: Measured, count: number): void {
  expect(outcome).toMatchObject({ status: 'completed', error: null });
  expect(outcomes).toEqual(Array.from({ length: count }, () => 'received'));
  expect(reduced.counts).toMatchObject({
    planned: count,
    sent: count,
    received: count,
    lost: 0,
    failed: 0,
    skipped: 0,
  });
}

describe('ws-echo with an agent', () => {
  test.each([
    { type: 'binary', size: '16 B' },
    { type: 'binary', size: '64 B' },
    { type: 'binary', size: '64 KiB' },
    { type: 'text', size: '16 B' },
    { type: 'text', size: '1000 B' },
    { type: 'text', size: '64 KiB' },
  ])('gets every $type message of $size back', async (options) => {
    const measured = await withAgent(wsEcho, { ...BRIEF, ...options });
    expectComplete(measured, 20);
    expect(Math.min(...measured.rttMs)).toBeGreaterThan(0);
    expect(measured.fact(0, 'unmatched_messages')).toBe(0);
    expect(measured.fact(1, 'echoed_messages')).toBe(20);
  });

  test('times its connection and its handshake, and says why there is no TLS', async () => {
    const { metrics } = (await withAgent(wsEcho, BRIEF)).reduced;
    expect(metrics['connect_ms']).toMatchObject({ is: 'scalar', value: expect.any(Number) });
    expect(metrics['handshake_ms']).toMatchObject({ is: 'scalar', value: expect.any(Number) });
    expect(metrics['tls_ms']).toEqual({ is: 'missing', why: 'the connection had no TLS' });
  });

  test('works over IPv6', async () => expectComplete(await withAgent(wsEcho, BRIEF, { host: '::1' }), 20));

  test('tells an agent nothing of what is meant for targets', async () => {
    const options = { path: '/elsewhere', headers: { authorization: 'Bearer of a secret' }, subprotocol: 'chat' };
    expectComplete(await withAgent(wsEcho, { ...BRIEF, ...options }), 20);
  });
});

describe('ws-echo with a server of somebody else', () => {
  test('measures an echo endpoint, with path, headers and subprotocol as asked', async () => {
    const seen: unknown[] = [];
    const url = await serve((ws, { url: path, headers }) => {
      seen.push(path, headers.host, headers['x-key'], ws.protocol);
      echo(ws);
    });
    const given = { ...BRIEF, path: '/echo?a=1&b=2', headers: { 'x-key': 'abc' }, subprotocol: 'chat' };
    expectComplete(await echoWith(`${url}other?x`, given), 20);
    expect(seen).toEqual(['/echo?a=1&b=2', new URL(url).host, 'abc', 'chat']);
  });

  test('offers no compression', async () => {
    let offered: string | undefined = 'not asked';
    const url = await serve((ws, { headers }) => {
      offered = headers['sec-websocket-extensions'];
      echo(ws);
    });
    expectComplete(await echoWith(url, BRIEF), 20);
    expect(offered).toBeUndefined();
  });

  test('ignores and counts a greeting, whatever its size', async () => {
    const url = await serve((ws) => {
      ws.send('!');
      ws.send(`Request served by ${'x'.repeat(5000)}`);
      echo(ws);
    });
    const measured = await echoWith(url, { ...BRIEF, size: '16 B' });
    expectComplete(measured, 20);
    expect(measured.fact(0, 'unmatched_messages')).toBe(2);
  });

  test('takes text that comes back in a binary frame', async () => {
    const url = await serve((ws) => ws.on('message', (message) => ws.send(message, { binary: true })));
    expectComplete(await echoWith(url, { ...BRIEF, type: 'text' }), 20);
  });

  test('answers pings meanwhile', async () => {
    let pongs = 0;
    const url = await serve((ws) => {
      ws.on('pong', () => {
        pongs += 1;
      });
      ws.on('message', (message, binary) => {
        ws.ping('are you there?');
        ws.send(message, { binary });
      });
    });
    expectComplete(await echoWith(url, BRIEF), 20);
    expect(pongs).toBeGreaterThan(0);
  });

  test('takes a reply in fragments', async () => {
    const url = await serve((ws) =>
      ws.on('message', (message: Buffer) => {
        ws.send(message.subarray(0, 10), { binary: true, fin: false });
        ws.send(message.subarray(10), { binary: true, fin: true });
      }),
    );
    expectComplete(await echoWith(url, BRIEF), 20);
  });

  test('counts an echo that comes twice once', async () => {
    const url = await serve((ws) => {
      echo(ws);
      echo(ws);
    });
    const measured = await echoWith(url, BRIEF);
    expectComplete(measured, 20);
    // The last one's double may come after the end.
    expect(measured.fact(0, 'unmatched_messages')).toBeGreaterThanOrEqual(19);
  });

  test('never takes an altered message for an echo', async () => {
    const url = await serve((ws) => ws.on('message', (message) => ws.send(String(message).toUpperCase())));
    const measured = await echoWith(url, { count: 5, rate: '200/s', timeout: '100ms', type: 'text' });
    expect(measured.outcome).toMatchObject({
      status: 'failed',
      error: { code: 'NETPROBE_TIMEOUT', origin: 'target', found: '5 other messages' },
    });
    expect(measured.outcomes).toEqual(Array.from({ length: 5 }, () => 'timeout'));
    expect(measured.reduced.metrics['failure_ratio']).toMatchObject({ is: 'ratio', hits: 5, of: 5 });
    expect(measured.reduced.metrics['jitter_rfc3550_ms']).toMatchObject({ is: 'missing' });
  });

  test('measures at least the time that a server takes', async () => {
    const DELAY_MS = 50;
    const url = await serve((ws) =>
      ws.on('message', (message, binary) => {
        const due = performance.now() + DELAY_MS;
        // Timers may fire a little early.
        const reply = () => (performance.now() < due ? setImmediate(reply) : ws.send(message, { binary }));
        setTimeout(reply, DELAY_MS - 2);
      }),
    );
    const measured = await echoWith(url, BRIEF);
    expectComplete(measured, 20);
    expect(Math.min(...measured.rttMs)).toBeGreaterThanOrEqual(DELAY_MS);
  });

  test('times out what comes too late, and counts it', async () => {
    const url = await serve((ws) =>
      ws.on('message', (message, binary) => {
        setTimeout(() => ws.send(message, { binary }), 250);
      }),
    );
    const measured = await echoWith(url, { count: 20, rate: '40/s', timeout: '100ms' });
    expect(measured.outcome).toMatchObject({ status: 'failed', error: { code: 'NETPROBE_TIMEOUT' } });
    expect(new Set(measured.outcomes)).toEqual(new Set(['timeout']));
    expect(measured.fact(0, 'late_replies')).toBeGreaterThan(0);
    expect(measured.reduced.counts).toMatchObject({ sent: 20, received: 0, lost: 20 });
  });

  test('gives replies that come in one segment one stamp, and counts them', async () => {
    const url = await serve((ws) => {
      const kept: Buffer[] = [];
      ws.on('message', (message: Buffer) => {
        kept.push(message);
        if (kept.length < 4) return;
        const frames = kept.splice(0).map((payload) => Buffer.concat([Buffer.from([0x82, payload.length]), payload]));
        (ws as unknown as { _socket: { write(bytes: Buffer): void } })._socket.write(Buffer.concat(frames));
      });
    });
    const measured = await echoWith(url, BRIEF);
    expectComplete(measured, 20);
    expect(measured.fact(0, 'coalesced_messages')).toBe(15);
    const received = measured.seats[0]?.rows['echo']?.['received'] ?? new Float64Array();
    expect(new Set(received).size).toBe(5);
  });

  test('stamps a reply that comes in pieces with its last', async () => {
    const PAUSE_MS = 30;
    const url = await serve((ws) =>
      ws.on('message', (payload: Buffer) => {
        const { _socket: socket } = ws as unknown as { _socket: { write(bytes: Buffer): void } };
        socket.write(Buffer.concat([Buffer.from([0x82, payload.length]), payload.subarray(0, 30)]));
        setTimeout(() => socket.write(payload.subarray(30)), PAUSE_MS + 2);
      }),
    );
    const measured = await echoWith(url, { count: 3, rate: '10/s' });
    expectComplete(measured, 3);
    expect(Math.min(...measured.rttMs)).toBeGreaterThanOrEqual(PAUSE_MS);
  });

  test('works over IPv6', async () => {
    let host: string | undefined;
    const url = await serve(
      (ws, request) => {
        host = request.headers.host;
        echo(ws);
      },
      { host: '::1' },
    );
    expectComplete(await echoWith(url, BRIEF), 20);
    expect(host).toBe(new URL(url).host);
  });
});

describe('ws-echo over TLS', () => {
  test('measures it, and times the TLS handshake apart', async () => {
    const url = await serve(echo, { tls: true });
    const measured = await echoWith(url, { ...BRIEF, count: 200, rate: '2000/s', verify_tls: false });
    expectComplete(measured, 200);
    for (const name of ['connect_ms', 'tls_ms', 'handshake_ms'])
      expect(measured.reduced.metrics[name]).toMatchObject({ is: 'scalar', value: expect.any(Number) });
  });

  test('takes large messages', async () => {
    const url = await serve(echo, { tls: true });
    expectComplete(await echoWith(url, { ...BRIEF, size: '64 KiB', verify_tls: false }), 20);
  });

  test('refuses a certificate that this machine does not trust', async () => {
    const url = await serve(echo, { tls: true });
    const measured = await echoWith(url, BRIEF);
    expect(measured.outcome).toMatchObject({ status: 'failed', error: { code: 'NETPROBE_TLS', origin: 'target' } });
    expect(measured.reduced.metrics['handshake_ms']).toEqual({ is: 'missing', why: 'no WebSocket was opened' });
    expect(measured.reduced.metrics['failure_ratio']).toEqual({ is: 'missing', why: 'nothing was sent' });
  });
});

describe('ws-echo, aborted', () => {
  test('settles while messages are on their way, and blames nobody for them', async () => {
    const abort = new AbortController();
    const url = await serve((ws) => {
      let count = 0;
      ws.on('message', (message, binary) => {
        count += 1;
        if (count <= 5) ws.send(message, { binary });
        if (count === 10) abort.abort(new NetprobeError('NETPROBE_ABORTED', 'interrupted'));
      });
    });
    const measured = await echoWith(url, { count: 1000, rate: '200/s' }, abort.signal);
    expect(measured.outcome).toMatchObject({ status: 'partial', error: { code: 'NETPROBE_ABORTED' } });
    expect(measured.reduced.counts).toMatchObject({ planned: 1000, received: 5, lost: 0, failed: 0 });
    expect(measured.reduced.metrics['failure_ratio']).toMatchObject({ is: 'ratio', hits: 0, of: 5 });
  });

  test('settles while the handshake is going on', async () => {
    const abort = new AbortController();
    const silent = await upgradeServer(() => abort.abort(new NetprobeError('NETPROBE_ABORTED', 'interrupted')));
    closing.push(silent.close);
    const measured = await echoWith(silent.url, { ...BRIEF, timeout: '60s' }, abort.signal);
    expect(measured.outcome).toMatchObject({ status: 'failed', error: { code: 'NETPROBE_ABORTED' } });
  });
});
