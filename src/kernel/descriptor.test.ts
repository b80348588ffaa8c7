import dgram from 'node:dgram';
import { once } from 'node:events';
import { readFileSync, readlinkSync } from 'node:fs';
import net from 'node:net';
import tls from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import { descriptorOf } from './descriptor.ts';

const close: (() => void)[] = [];
afterEach(() => {
  for (const end of close.splice(0)) end();
});

async function connected(): Promise<net.Socket> {
  const server = net.createServer((socket) => socket.on('error', () => undefined).resume()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const socket = net.connect((server.address() as net.AddressInfo).port, '127.0.0.1');
  close.push(
    () => socket.destroy(),
    () => server.close(),
  );
  await once(socket, 'connect');
  return socket;
}

/** The local port of a descriptor, as /proc tells it: by the inode of the socket. */
function portInProc(descriptor: number | undefined, table: 'tcp' | 'udp'): number {
  const inode = /\[(\d+)\]/.exec(readlinkSync(`/proc/self/fd/${descriptor}`))?.[1];
  const lines = readFileSync(`/proc/self/net/${table}`, 'utf8').split('\n');
  const line = lines.find((text) => text.trim().split(/\s+/)[9] === inode);
  return Number.parseInt(line?.trim().split(/\s+/)[1]?.split(':')[1] ?? '', 16);
}

describe.skipIf(process.platform !== 'linux')('the descriptor', () => {
  it('of a TCP connection is that of its port', async () => {
    const socket = await connected();
    expect(portInProc(descriptorOf(socket), 'tcp')).toBe(socket.localPort);
  });

  it('of a TLS socket is that of the TCP connection below', async () => {
    const socket = await connected();
    const below = descriptorOf(socket);
    const secure = tls.connect({ socket }).on('error', () => undefined);
    close.unshift(() => secure.destroy());
    expect(below).toBeTypeOf('number');
    expect(descriptorOf(secure)).toBe(below);
  });

  it('of a bound UDP socket is that of its port', async () => {
    const socket = dgram.createSocket('udp4').bind(0, '127.0.0.1');
    close.push(() => socket.close());
    await once(socket, 'listening');
    expect(portInProc(descriptorOf(socket), 'udp')).toBe(socket.address().port);
  });
});

describe('there is no descriptor', () => {
  it('of a socket that is not connected, or closed', async () => {
    expect(descriptorOf(new net.Socket())).toBeUndefined();
    const socket = await connected();
    socket.destroy();
    await once(socket, 'close');
    expect(descriptorOf(socket)).toBeUndefined();
  });

  it('of a UDP socket that is not bound, or closed', async () => {
    const socket = dgram.createSocket('udp4');
    expect(descriptorOf(socket)).toBeUndefined();
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    socket.close();
    expect(descriptorOf(socket)).toBeUndefined();
  });

  it('where Node keeps it elsewhere', () => {
    const socket = dgram.createSocket('udp4');
    close.push(() => socket.close());
    const other = Object.create(dgram.Socket.prototype) as dgram.Socket;
    expect(descriptorOf(other)).toBeUndefined();
  });
});
