import dgram from 'node:dgram';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { dialDatagrams } from './datagram-dial.ts';

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

/** A peer that answers a packet with these. */
async function peer(...answers: Buffer[]): Promise<number> {
  const socket = dgram.createSocket('udp4');
  closing.push(() => socket.close());
  socket.on('message', (_, from) => {
    for (const answer of answers) socket.send(answer, from.port, from.address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return (socket.address() as AddressInfo).port;
}

describe('packets from the peer’s address', () => {
  it('count towards what was agreed only when they were waited for', async () => {
    const [junk, answer] = [Buffer.alloc(1000, 0x6a), Buffer.alloc(44, 1)];
    const port = await peer(junk, junk, answer, junk, answer);
    const carried = { in: 0, out: 0 };
    const way = await dialDatagrams(
      { name: 'peer', address: '127.0.0.1', port, family: 4 },
      {
        flow: 0,
        timeoutNs: 1e9,
        now: () => 0,
        kernel: { missing: 'not needed' },
        signal: new AbortController().signal,
        opened: () => undefined,
        carried: (bytes, out) => {
          carried[out ? 'out' : 'in'] += bytes;
        },
      },
    );
    closing.push(() => way.close());
    let seen = 0;
    await new Promise<void>((resolve, reject) => {
      way.read((packet) => {
        seen += 1;
        // What was taken is counted after that.
        if (seen === 5) setImmediate(resolve);
        return packet[0] === 1;
      }, reject);
      way.send(Buffer.alloc(60), (failure) => failure && reject(failure));
    });
    expect(carried).toEqual({ in: 2 * 44, out: 60 });
  });
});
