// biome-ignore-all lint/style/noRestrictedImports: tests may use what test/support builds.
import dgram from 'node:dgram';
import { once } from 'node:events';
import net from 'node:net';
import { beforeEach, describe, expect, it } from 'vitest';
import { FakeKernel } from '../../test/support/fake-kernel.ts';
import { descriptorOf } from './descriptor.ts';
import { getDscp, setDscp } from './dscp.ts';
import { isMissing } from './missing.ts';
import { type Kernel, openKernel } from './native.ts';

const int = (value: number) => new Uint8Array(new Int32Array([value]).buffer);

let fake: FakeKernel;
beforeEach(() => {
  fake = new FakeKernel();
  fake.options.set('1/39', int(2)).set('0/1', int(0)).set('41/67', int(0));
});

describe('marking a socket', () => {
  it('sets the six high bits and leaves those of ECN', () => {
    fake.options.set('0/1', int(0b10));
    setDscp(fake, 3, 46);
    expect(fake.options.get('0/1')).toEqual(int(0b10111010));
    expect(getDscp(fake, 3)).toEqual({ value: 46 });
  });

  it('of IPv6 sets both families', () => {
    fake.options.set('1/39', int(10));
    setDscp(fake, 3, 8);
    expect([fake.options.get('41/67'), fake.options.get('0/1')]).toEqual([int(32), int(32)]);
  });

  it('that the kernel refuses, changes or hides is an error with its reason', () => {
    const mark = () => setDscp(fake, 3, 46);
    const code = 'NETPROBE_LOCAL_RESOURCES';
    fake.set = () => 1;
    expect(mark).toThrow(expect.objectContaining({ code, found: 'EPERM' }));
    fake.set = () => 0;
    expect(mark).toThrow(expect.objectContaining({ code, expected: 'DSCP 46', found: 'DSCP 0' }));
    fake.options.set('0/1', 9);
    expect(mark).toThrow(expect.objectContaining({ code, found: 'IP_TOS cannot be read: EBADF' }));
    expect(getDscp(fake, 3)).toEqual({ missing: 'IP_TOS cannot be read: EBADF' });
  });

  it('reads a mark that comes in a single byte', () => {
    fake.options.set('0/1', new Uint8Array([184]));
    expect(getDscp(fake, 3)).toEqual({ value: 46 });
  });
});

const kernel = await openKernel();

describe.skipIf(isMissing(kernel))('a real socket is marked', () => {
  it.each(['udp4', 'udp6'] as const)('%s', async (type) => {
    const socket = dgram.createSocket(type).bind(0);
    await once(socket, 'listening');
    try {
      const descriptor = descriptorOf(socket) ?? -1;
      expect(getDscp(kernel as Kernel, descriptor)).toEqual({ value: 0 });
      for (const dscp of [46, 63, 0]) {
        setDscp(kernel as Kernel, descriptor, dscp);
        expect(getDscp(kernel as Kernel, descriptor)).toEqual({ value: dscp });
      }
    } finally {
      socket.close();
    }
  });

  it('of TCP', async () => {
    const server = net.createServer((peer) => peer.resume()).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const socket = net.connect((server.address() as net.AddressInfo).port, '127.0.0.1');
    await once(socket, 'connect');
    setDscp(kernel as Kernel, descriptorOf(socket) ?? -1, 34);
    expect(getDscp(kernel as Kernel, descriptorOf(socket) ?? -1)).toEqual({ value: 34 });
    socket.destroy();
    server.close();
  });

  it('but not a closed one', () => {
    expect(() => setDscp(kernel as Kernel, -1, 46)).toThrow(
      expect.objectContaining({ found: 'IP_TOS cannot be read: EBADF' }),
    );
  });
});
