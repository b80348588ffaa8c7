// biome-ignore-all lint/style/noRestrictedImports: tests may use what test/support builds.
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import net from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { fakeTable } from '../../test/support/fake-table.ts';
import type { Json } from '../contract/json.ts';
import type { TCP_INFO_COLUMNS } from '../contract/tcp-info.ts';
import { isMissing } from '../kernel/missing.ts';
import { openKernel } from '../kernel/native.ts';
import { TcpWatch } from './tcp-watch.ts';

const kernel = await openKernel();
const MESSAGE = Buffer.alloc(1000, 7);

const close: (() => unknown)[] = [];
afterEach(() => {
  for (const end of close.splice(0)) end();
});

/** A server that sends everything back, and the sockets that it took. */
async function echoServer() {
  const taken: net.Socket[] = [];
  const server = net.createServer((socket) => {
    taken.push(socket);
    socket.on('error', () => undefined).pipe(socket);
  });
  close.push(() => {
    for (const socket of taken) socket.destroy();
    server.close();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { taken, port: (server.address() as net.AddressInfo).port };
}

function watching(rows = 100, asked: typeof kernel = kernel) {
  const table = fakeTable<typeof TCP_INFO_COLUMNS>();
  const facts: [string, Json][] = [];
  let now = 0;
  const tick = () => {
    now += 1;
    return now;
  };
  const watch = new TcpWatch(asked, table, rows, tick, (name, value) => facts.push([name, value]));
  close.push(() => watch.end());
  return { watch, rows: table.rows, facts };
}

function connect(port: number): net.Socket {
  const socket = net.connect({ port, host: '127.0.0.1', noDelay: true }).on('error', () => undefined);
  close.push(() => socket.destroy());
  return socket;
}

/** Resolves when it has come to its end, in whatever way. */
function closed(socket: net.Socket): Promise<void> {
  return new Promise((resolve) => {
    if (socket.closed) resolve();
    else socket.once('close', () => resolve());
  });
}

/** Sends the message and waits until all of it has come back. */
async function exchange(socket: net.Socket): Promise<void> {
  socket.write(MESSAGE);
  let received = 0;
  while (received < MESSAGE.length) received += ((await once(socket, 'data')) as [Buffer])[0].length;
}

/** What a row says after one exchange. Bytes are exact: HCDataOctetsOut and -In of RFC 4898. */
const ONE_EXCHANGE = { bytes_sent: MESSAGE.length, bytes_received: MESSAGE.length, retransmits: 0 };

/** The rows and facts that are due here: none where the kernel cannot be asked, and then it is known why. */
function due<T>(things: T[]): T[] {
  if (!isMissing(kernel)) return things;
  expect(kernel.missing).toMatch(/koffi|NETPROBE_KERNEL=off|on Linux only|no layouts/);
  return [];
}

describe('a watch over TCP connections', () => {
  it('reads what the kernel counted of each when it ends, and how congestion is controlled, once', async () => {
    const { port } = await echoServer();
    const { watch, rows, facts } = watching();
    const sockets = [connect(port), connect(port)];
    for (const socket of sockets) watch.add(socket);
    await Promise.all(sockets.map(exchange));
    watch.end();
    expect(rows).toMatchObject(due([0, 1].map((connection) => ({ connection, ...ONE_EXCHANGE }))));
    const control = () => readFileSync('/proc/sys/net/ipv4/tcp_congestion_control', 'utf8').trim();
    expect(facts).toEqual(due([1]).map(() => ['congestion_control', control()]));
    for (const { at, rtt, mss_bytes } of rows) {
      expect(at).toBeGreaterThan(0);
      expect(rtt).toBeGreaterThan(0);
      expect(mss_bytes).toBeGreaterThanOrEqual(536);
    }
  });

  it.each(['destroyed by its owner', 'reset by the peer', 'closed by both'])(
    'keeps the last counts of a connection that was %s before',
    async (how) => {
      const { port, taken } = await echoServer();
      const { watch, rows } = watching();
      const socket = connect(port);
      watch.add(socket);
      await exchange(socket);
      if (how === 'destroyed by its owner') socket.destroy();
      else if (how === 'reset by the peer') taken[0]?.resetAndDestroy();
      else socket.end();
      await closed(socket);
      watch.end();
      // An end that both agreed on counts as a byte in either direction, on some kernels.
      const { bytes_sent, retransmits } = ONE_EXCHANGE;
      expect(rows).toMatchObject(due([{ connection: 0, bytes_sent, retransmits }]));
      expect(rows[0]?.bytes_received ?? MESSAGE.length).toBeGreaterThanOrEqual(MESSAGE.length);
    },
  );

  it('takes connections that were accepted, and asks nothing of those that never came about', async () => {
    const { port, taken } = await echoServer();
    const { watch, rows, facts } = watching();
    const refused = net.connect({ port: 1, host: '127.0.0.1' }).on('error', () => undefined);
    watch.add(refused);
    await closed(refused);
    const socket = connect(port);
    await exchange(socket);
    watch.add(taken[0] as net.Socket);
    watch.end();
    expect(rows).toMatchObject(due([{ connection: 1, ...ONE_EXCHANGE }]));
    expect(facts).toHaveLength(due([1]).length);
  });

  it('writes no more rows than it may, and none after its end', async () => {
    const { port } = await echoServer();
    const { watch, rows } = watching(2);
    const sockets = [connect(port), connect(port), connect(port)];
    for (const socket of sockets) watch.add(socket);
    await Promise.all(sockets.map(exchange));
    watch.end();
    for (const socket of sockets) socket.destroy();
    await Promise.all(sockets.map(closed));
    expect(rows).toHaveLength(due([1, 2]).length);
  });

  it('writes nothing where the kernel cannot be asked', async () => {
    const { port } = await echoServer();
    const { watch, rows, facts } = watching(100, { missing: 'turned off' });
    const socket = connect(port);
    watch.add(socket);
    await exchange(socket);
    watch.end();
    expect([rows, facts]).toEqual([[], []]);
  });
});
