import { createHash } from 'node:crypto';
import http from 'node:http';
import type net from 'node:net';
import type { Duplex } from 'node:stream';
import { afterEach, describe, expect, test } from 'vitest';
import type { WebSocket } from 'ws';
import { wsEcho } from '../../probes/ws-echo/index.ts';
import type { AnyKind } from '../../src/contract/kind.ts';
import { echoWith, httpServer, tcpServer, upgradeServer, webSocketServer, withAgent } from './ws-helpers.ts';

const BRIEF = { count: 20, rate: '200/s', timeout: '2s' };
const closing: (() => Promise<void>)[] = [];

async function url(served: Promise<{ url: string; close(): Promise<void> }>): Promise<string> {
  const { url, close } = await served;
  closing.push(close);
  return url;
}

afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** Answers an upgrade as a WebSocket server must, with more headers where given. */
function accept(socket: Duplex, { headers }: http.IncomingMessage, ...more: string[]): void {
  const digest = createHash('sha1')
    .update(`${headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
    .digest('base64');
  const head = ['Upgrade: websocket', 'Connection: Upgrade', `Sec-WebSocket-Accept: ${digest}`, ...more];
  socket.write(`HTTP/1.1 101 Switching Protocols\r\n${head.join('\r\n')}\r\n\r\n`);
}

/** Echoes five messages, and then does something else. */
function fiveThen(act: (ws: WebSocket, socket: net.Socket) => void) {
  return (ws: WebSocket) => {
    let count = 0;
    ws.on('message', (message, binary) => {
      count += 1;
      if (count <= 5) ws.send(message, { binary });
      if (count === 6) act(ws, (ws as unknown as { _socket: net.Socket })._socket);
    });
  };
}

describe('a WebSocket that is not opened is a failed cell', () => {
  test.each([
    [403, 'HTTP 403 Forbidden'],
    [401, 'HTTP 401 Unauthorized'],
    [301, 'HTTP 301 Moved Permanently'],
    [200, 'HTTP 200 OK'],
    [426, 'HTTP 426 Upgrade Required'],
    [599, 'HTTP 599'],
  ])('with its status, when the answer is %d', async (status, found) => {
    const to = await url(
      upgradeServer((socket) => {
        const head = `HTTP/1.1 ${status} whatever\r\nLocation: ws://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n`;
        socket.end(head);
      }),
    );
    const { outcome, reduced } = await echoWith(to, BRIEF);
    const error = { code: 'NETPROBE_WS_HANDSHAKE', origin: 'target', found };
    expect(outcome).toMatchObject({ status: 'failed', error });
    expect(reduced.counts).toMatchObject({ sent: 0, skipped: 20 });
  });

  test('when a plain HTTP server answers as if nothing had been asked', async () => {
    const to = await url(httpServer((_, response) => response.end('<html>hello</html>')));
    const error = { code: 'NETPROBE_WS_HANDSHAKE', found: 'HTTP 200 OK' };
    expect((await echoWith(to, BRIEF)).outcome).toMatchObject({ status: 'failed', error });
  });

  test.each([
    ['a wrong accept', (socket: Duplex) => accept(socket, { headers: {} } as http.IncomingMessage), /Accept/],
    [
      'an extension that was not offered',
      (socket: Duplex, request: http.IncomingMessage) =>
        accept(socket, request, 'Sec-WebSocket-Extensions: permessage-deflate'),
      /Extensions/,
    ],
    [
      'a subprotocol that was not offered',
      (socket: Duplex, request: http.IncomingMessage) => accept(socket, request, 'Sec-WebSocket-Protocol: chat'),
      /subprotocol/,
    ],
  ])('when the answer has %s', async (_, upgrade, found) => {
    const { outcome } = await echoWith(await url(upgradeServer(upgrade)), BRIEF);
    const error = { code: 'NETPROBE_WS_HANDSHAKE', found: expect.stringMatching(found) };
    expect(outcome).toMatchObject({ status: 'failed', error });
  });

  test('when the answer lacks the subprotocol that was asked for', async () => {
    const { outcome } = await echoWith(await url(upgradeServer(accept)), { ...BRIEF, subprotocol: 'chat' });
    const error = { code: 'NETPROBE_WS_HANDSHAKE', found: expect.stringMatching(/subprotocol/) };
    expect(outcome).toMatchObject({ status: 'failed', error });
  });

  test('when what answers does not speak HTTP', async () => {
    const to = await url(tcpServer((socket) => socket.write('220 mail.example ESMTP\r\n')));
    const error = { code: 'NETPROBE_PROTOCOL', origin: 'target' };
    expect((await echoWith(to, BRIEF)).outcome).toMatchObject({ status: 'failed', error });
  });

  test('when the server closes instead of answering', async () => {
    const { outcome } = await echoWith(await url(upgradeServer((socket) => socket.end())), BRIEF);
    const error = { code: 'NETPROBE_CLOSED', found: 'the end of the connection, and no response' };
    expect(outcome).toMatchObject({ status: 'failed', error });
  });

  test('when the server resets the connection instead of answering', async () => {
    const to = await url(upgradeServer((socket) => (socket as net.Socket).resetAndDestroy()));
    expect((await echoWith(to, BRIEF)).outcome).toMatchObject({ status: 'failed', error: { code: 'NETPROBE_RESET' } });
  });

  test('when the server never answers', async () => {
    const { outcome } = await echoWith(await url(upgradeServer(() => undefined)), { ...BRIEF, timeout: '100ms' });
    expect(outcome).toMatchObject({ status: 'failed', error: { code: 'NETPROBE_TIMEOUT', origin: 'target' } });
  });

  test('when nobody listens', async () => {
    const served = await httpServer(() => undefined);
    await served.close();
    const { outcome } = await echoWith(served.url, BRIEF);
    expect(outcome).toMatchObject({ status: 'failed', error: { code: 'NETPROBE_CONNECT_REFUSED' } });
  });

  test('when a header cannot be sent; its value is not told', async () => {
    const to = await url(webSocketServer(() => undefined));
    const { outcome } = await echoWith(to, { ...BRIEF, headers: { 'x-key': 'se\ncret' } });
    expect(outcome).toMatchObject({ status: 'failed', error: { code: 'NETPROBE_SUITE_INVALID', origin: 'config' } });
    expect(outcome.error?.found).toContain('x-key');
    expect(JSON.stringify(outcome)).not.toContain('cret"');
  });
});

describe('a WebSocket that ends midway is a partial cell', () => {
  test.each([
    [
      'a close frame',
      fiveThen((ws) => ws.close(1011, 'out of GPUs')),
      'NETPROBE_CLOSED',
      'a close frame, 1011 "out of GPUs"',
    ],
    [
      'the end of the connection',
      fiveThen((_, socket) => socket.end()),
      'NETPROBE_CLOSED',
      'the end of the connection, without a close frame',
    ],
    ['a reset', fiveThen((_, socket) => socket.resetAndDestroy()), 'NETPROBE_RESET', undefined],
    [
      'garbage',
      fiveThen((_, socket) => socket.write('what is this?')),
      'NETPROBE_PROTOCOL',
      expect.stringContaining('Invalid WebSocket frame'),
    ],
    [
      'a masked frame',
      fiveThen((_, socket) => socket.write(Buffer.from([0x82, 0x81, 1, 2, 3, 4, 5]))),
      'NETPROBE_PROTOCOL',
      expect.stringContaining('MASK'),
    ],
    [
      'a message that is too long',
      fiveThen((ws) => ws.send(Buffer.alloc(70_000))),
      'NETPROBE_PROTOCOL',
      'Max payload size exceeded',
    ],
  ])('when it ends with %s', async (_, connected, code, found) => {
    const { outcome, reduced, outcomes } = await echoWith(await url(webSocketServer(connected)), BRIEF);
    expect(outcome).toMatchObject({ status: 'partial', error: { code, origin: 'target' } });
    if (found !== undefined) expect(outcome.error?.found).toEqual(found);
    expect(reduced.counts).toMatchObject({ planned: 20, received: 5, lost: 0 });
    expect(reduced.counts.failed).toBeGreaterThan(0);
    expect(reduced.counts.sent).toBe(5 + reduced.counts.failed);
    const fate = { NETPROBE_CLOSED: 'closed', NETPROBE_RESET: 'reset', NETPROBE_PROTOCOL: 'protocol' }[code];
    expect(new Set(outcomes)).toEqual(new Set(['received', fate]));
  });

  test('and messages that were never sent are skipped, not failed', async () => {
    const to = await url(webSocketServer(fiveThen((ws) => ws.close())));
    const { reduced } = await echoWith(to, { count: 400, rate: '200/s' });
    expect(reduced.counts).toMatchObject({ planned: 400, received: 5 });
    expect(reduced.counts.skipped).toBeGreaterThan(0);
    expect(reduced.counts.sent + reduced.counts.skipped).toBe(400);
  });
});

test('a target that says far more than it was asked is cut off', async () => {
  const flood = (ws: WebSocket) => {
    const more = () => ws.readyState === ws.OPEN && ws.send(Buffer.alloc(32_768), () => setImmediate(more));
    more();
  };
  const { outcome } = await echoWith(await url(webSocketServer(flood)), { ...BRIEF, timeout: '60s' });
  expect(outcome).toMatchObject({ error: { code: 'NETPROBE_LIMIT_EXCEEDED', origin: 'target' } });
});

test('what stays here after a close frame is not counted as sent', async () => {
  const FRAME_BYTES = 70;
  let bytes = 0;
  const to = await url(
    upgradeServer((socket, request) => {
      accept(socket, request);
      socket.on('data', (chunk: Buffer) => {
        if (bytes < FRAME_BYTES && bytes + chunk.length >= FRAME_BYTES) socket.write(Buffer.from([0x88, 0]));
        bytes += chunk.length;
      });
    }),
  );
  const { outcome, reduced } = await echoWith(to, { count: 400, rate: '200/s' });
  expect(outcome).toMatchObject({ status: 'failed', error: { code: 'NETPROBE_CLOSED' } });
  // The close frame that comes back is shorter than a message.
  expect(reduced.counts.sent).toBe(Math.floor(bytes / FRAME_BYTES));
  expect(reduced.counts.skipped).toBe(400 - reduced.counts.sent);
});

describe('a WebSocket that brings no reply is a failed cell', () => {
  test('when the server sends a close frame, and leaves the connection open', async () => {
    const to = await url(
      upgradeServer((socket, request) => {
        accept(socket, request);
        socket.write(Buffer.from([0x88, 0x02, 0x03, 0xe9]));
        socket.resume();
      }),
    );
    const { outcome } = await echoWith(to, { count: 1000, rate: '10/s' });
    const error = { code: 'NETPROBE_CLOSED', found: 'a close frame, 1001' };
    expect(outcome).toMatchObject({ status: 'failed', error });
  });

  test('when the server says nothing', async () => {
    const to = await url(webSocketServer(() => undefined));
    const { outcome, outcomes } = await echoWith(to, { count: 3, rate: '100/s', timeout: '100ms' });
    expect(outcome).toMatchObject({ status: 'failed', error: { code: 'NETPROBE_TIMEOUT', found: 'nothing' } });
    expect(outcomes).toEqual(['timeout', 'timeout', 'timeout']);
  });

  test('when the server closes at once', async () => {
    const to = await url(webSocketServer((ws) => ws.close(1008, 'not you')));
    const error = { code: 'NETPROBE_CLOSED', found: 'a close frame, 1008 "not you"' };
    expect((await echoWith(to, BRIEF)).outcome).toMatchObject({ status: 'failed', error });
  });

  test('when the server sends garbage at once, right behind its handshake', async () => {
    const to = await url(
      upgradeServer((socket, request) => {
        socket.cork();
        accept(socket, request);
        socket.write(Buffer.from([0xff, 0xff, 0xff, 0xff]));
        socket.uncork();
      }),
    );
    const { outcome } = await echoWith(to, BRIEF);
    expect(outcome).toMatchObject({ status: 'failed', error: { code: 'NETPROBE_PROTOCOL' } });
  });
});

describe('an agent that misbehaves', () => {
  /** ws-echo with another responder. */
  function played(upgrade: (socket: Duplex, request: http.IncomingMessage) => void): AnyKind {
    const run: Awaited<ReturnType<AnyKind['roles'][string]>>['run'] = async (_, io) => {
      io.serve({ upgrade: (request, socket) => upgrade(socket, request) });
      for await (const _message of io.heard(0));
    };
    return { ...wsEcho, roles: { ...wsEcho.roles, responder: async () => ({ run }) } };
  }

  async function outcomeWith(kind: AnyKind, given = {}) {
    const measured = await withAgent(kind, { ...BRIEF, ...given }, { registry: new Map([['ws-echo', kind]]) });
    return measured.outcome;
  }

  test('by a message of its own is garbage', async () => {
    const kind = played((socket, request) => {
      accept(socket, request);
      socket.write(Buffer.from([0x81, 0x02, 0x68, 0x69]));
    });
    expect(await outcomeWith(kind)).toMatchObject({ status: 'failed', error: { code: 'NETPROBE_AGENT_GARBAGE' } });
  });

  test('by longer messages than agreed is garbage', async () => {
    const kind = played((socket, request) => {
      accept(socket, request);
      socket.write(Buffer.concat([Buffer.from([0x82, 65]), Buffer.alloc(65)]));
    });
    expect(await outcomeWith(kind)).toMatchObject({ status: 'failed', error: { code: 'NETPROBE_AGENT_GARBAGE' } });
  });

  test('by closing is closed', async () => {
    const kind = played((socket) => socket.end());
    expect(await outcomeWith(kind)).toMatchObject({ status: 'failed', error: { code: 'NETPROBE_AGENT_CLOSED' } });
  });

  test('by another status is a handshake that failed, and its own doing', async () => {
    const kind = played((socket) => socket.end(`HTTP/1.1 403 ${http.STATUS_CODES[403]}\r\ncontent-length: 0\r\n\r\n`));
    const error = { code: 'NETPROBE_WS_HANDSHAKE', origin: 'agent', found: 'HTTP 403 Forbidden' };
    expect(await outcomeWith(kind)).toMatchObject({ status: 'failed', error });
  });
});
