import dgram from 'node:dgram';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { isMissing } from './missing.ts';
import { openKernel } from './native.ts';
import { sendError, sendNow, socketAddress } from './send-datagram.ts';

const kernel = await openKernel();
const opened: dgram.Socket[] = [];

async function socketAt(address: string): Promise<dgram.Socket> {
  const socket = dgram.createSocket(address.includes(':') ? 'udp6' : 'udp4');
  opened.push(socket);
  socket.on('error', () => undefined);
  socket.bind(0, address);
  await once(socket, 'listening');
  return socket;
}

afterEach(() => {
  for (const socket of opened.splice(0)) socket.close();
});

it('is not to be had without a kernel', async () => {
  expect(sendNow({ missing: 'off' }, await socketAt('127.0.0.1'))).toBeUndefined();
});

describe.runIf(!isMissing(kernel))('a send by the system call', () => {
  const known = isMissing(kernel) ? undefined : kernel;

  it.each(['127.0.0.1', '::1'])('goes to an address: %s', async (address) => {
    const [from, to] = [await socketAt(address), await socketAt(address)];
    const taken = once(to, 'message');
    const where = known && socketAddress(known, address, to.address().port);
    expect(sendNow(kernel, from)?.(Buffer.from('to you'), where)).toBe(0);
    const [packet, sender] = (await taken) as [Buffer, dgram.RemoteInfo];
    expect(packet.toString()).toBe('to you');
    expect(sender.port).toBe(from.address().port);
  });

  it('goes to whom the socket is connected to, part of a buffer too', async () => {
    const [from, to] = [await socketAt('127.0.0.1'), await socketAt('127.0.0.1')];
    await new Promise<void>((resolve) => from.connect(to.address().port, '127.0.0.1', () => resolve()));
    const taken = once(to, 'message');
    expect(sendNow(kernel, from)?.(Buffer.from('..inner..').subarray(2, 7))).toBe(0);
    expect(String((await taken)[0])).toBe('inner');
  });

  it('says what kept it back: no address, too large', async () => {
    const from = await socketAt('127.0.0.1');
    expect(sendError(sendNow(kernel, from)?.(Buffer.alloc(8)) ?? 0).code).toBe('EDESTADDRREQ');
    const where = known && socketAddress(known, '127.0.0.1', 9);
    expect(sendError(sendNow(kernel, from)?.(Buffer.alloc(70_000), where) ?? 0).code).toBe('EMSGSIZE');
  });

  it('knows no address with a scope, nor a name', () => {
    expect(known && socketAddress(known, 'fe80::1%lo', 9)).toBeUndefined();
    expect(known && socketAddress(known, 'localhost', 9)).toBeUndefined();
  });

  it('writes addresses as the kernel reads them', () => {
    expect(known && socketAddress(known, '192.0.2.7', 862)).toEqual(
      Uint8Array.of(2, 0, 3, 0x5e, 192, 0, 2, 7, 0, 0, 0, 0, 0, 0, 0, 0),
    );
    const mapped = known && socketAddress(known, '::ffff:192.0.2.7', 862);
    expect(mapped?.subarray(8)).toEqual(
      Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 192, 0, 2, 7, 0, 0, 0, 0),
    );
  });
});
