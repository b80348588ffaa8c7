import dgram from 'node:dgram';
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { afterEach, describe, expect, it } from 'vitest';
import { descriptorOf } from './descriptor.ts';
import { isMissing } from './missing.ts';
import { monotonicOrigin } from './monotonic-origin.ts';
import { openKernel } from './native.ts';
import { stampReceives } from './receive-stamp.ts';

const kernel = await openKernel();
const COUNT = 20;
/** The clocks are paired to well below this; packets are sent 2 ms apart. */
const SLACK_NS = 50_000;

/** Sends datagrams 2 ms apart and keeps the monotonic times around each; sets the flag when done. */
const SENDER = `
  const { workerData: { port, type, host, count, times, flag } } = require('node:worker_threads');
  const socket = require('node:dgram').createSocket(type);
  const at = new BigInt64Array(times);
  socket.connect(port, host, () => {
    for (let i = 0; i < count; i += 1) {
      const until = process.hrtime.bigint() + 2_000_000n;
      while (process.hrtime.bigint() < until);
      at[2 * i] = process.hrtime.bigint();
      socket.send(Buffer.from([i]));
      at[2 * i + 1] = process.hrtime.bigint();
    }
    Atomics.store(new Int32Array(flag), 0, 1);
    Atomics.notify(new Int32Array(flag), 0);
    socket.close();
  });
`;

const close: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of close.splice(0)) await end();
});

describe.skipIf(isMissing(kernel)).each([
  ['udp4', '127.0.0.1'],
  ['udp6', '::1'],
] as const)('stamps of %s packets', (type, host) => {
  it('are each packet’s own time of arrival, while the loop was blocked and reads all in one go', async () => {
    if (isMissing(kernel)) throw new Error(kernel.missing);
    const start = performance.now();
    const now = () => Math.round((performance.now() - start) * 1e6);
    const { originNs: origin } = monotonicOrigin(now);
    const socket = dgram.createSocket(type).bind(0, host);
    close.push(() => socket.close());
    await once(socket, 'listening');
    const stamps = stampReceives(kernel, descriptorOf(socket) ?? -1, origin);
    if (isMissing(stamps)) throw new Error(stamps.missing);

    // The kernel begins to stamp a moment after it was told to.
    const early = dgram.createSocket(type);
    close.push(() => early.close());
    for (let stamped = false; !stamped; ) {
      early.send('early', socket.address().port, host);
      await once(socket, 'message');
      stamped = stamps.take(now()) !== null;
    }

    const got: { index: number; at: number; received: number | null }[] = [];
    socket.on('message', (message) => {
      const at = now();
      got.push({ index: message[0] ?? -1, at, received: stamps.take(at) });
    });
    const times = new SharedArrayBuffer(16 * COUNT);
    const flag = new SharedArrayBuffer(4);
    const worker = new Worker(SENDER, {
      eval: true,
      workerData: { port: socket.address().port, type, host, count: COUNT, times, flag },
    });
    close.push(() => worker.terminate());
    // Blocks this thread, and with it the event loop, until all are sent.
    Atomics.wait(new Int32Array(flag), 0, 0);
    while (got.length < COUNT) await once(socket, 'message');

    const sent = new BigInt64Array(times);
    const around = (i: number) => Number((sent[i] ?? 0n) - origin);
    expect(got.map(({ index }) => index)).toEqual(Array.from({ length: COUNT }, (_, i) => i));
    for (const { index, at, received } of got) {
      // The user's times are all later than the last send; the kernel's lie within each packet's own sending.
      expect(at).toBeGreaterThan(around(2 * COUNT - 1));
      expect(received).toBeGreaterThan(around(2 * index) - SLACK_NS);
      expect(received).toBeLessThan(around(2 * index + 1) + SLACK_NS);
    }
  });
});
