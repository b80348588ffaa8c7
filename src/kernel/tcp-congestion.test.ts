// biome-ignore-all lint/style/noRestrictedImports: tests may use what test/support builds.
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import net from 'node:net';
import { describe, expect, it } from 'vitest';
import { FakeKernel } from '../../test/support/fake-kernel.ts';
import { descriptorOf } from './descriptor.ts';
import { isMissing } from './missing.ts';
import { openKernel } from './native.ts';
import { getCongestionControl, getMaxSegmentBytes, setCongestionControl } from './tcp-congestion.ts';

describe('congestion control', () => {
  it('is set by name and read back', () => {
    const kernel = new FakeKernel();
    setCongestionControl(kernel, 3, 'bbr');
    expect(kernel.options.get('6/13')).toEqual(new Uint8Array(Buffer.from('bbr')));
    expect(getCongestionControl(kernel, 3)).toEqual({ value: 'bbr' });
  });

  it('is read up to the closing zero, or in full', () => {
    const kernel = new FakeKernel();
    kernel.options.set('6/13', Buffer.from('cubic\0\0rubbish!!'));
    expect(getCongestionControl(kernel, 3)).toEqual({ value: 'cubic' });
    kernel.options.set('6/13', Buffer.from('0123456789abcdef'));
    expect(getCongestionControl(kernel, 3)).toEqual({ value: '0123456789abcdef' });
  });

  it('that the kernel refuses, drops or hides is an error with its reason', () => {
    const kernel = new FakeKernel();
    const code = 'NETPROBE_LOCAL_RESOURCES';
    const set = () => setCongestionControl(kernel, 3, 'bbr');
    kernel.set = () => 1;
    expect(set).toThrow(expect.objectContaining({ code, expected: 'bbr', found: 'EPERM' }));
    kernel.set = () => 0;
    kernel.options.set('6/13', Buffer.from('cubic\0'));
    expect(set).toThrow(expect.objectContaining({ code, expected: 'bbr', found: 'cubic' }));
    kernel.options.set('6/13', 9);
    expect(set).toThrow(expect.objectContaining({ code, found: 'TCP_CONGESTION cannot be read: EBADF' }));
  });
});

const kernel = await openKernel();

describe.skipIf(isMissing(kernel))('of a real connection', () => {
  it('the congestion control is the system’s own, can be changed, and not to one that does not exist', async () => {
    if (isMissing(kernel)) throw new Error(kernel.missing);
    const server = net.createServer((peer) => peer.resume()).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const socket = net.connect((server.address() as net.AddressInfo).port, '127.0.0.1');
    await once(socket, 'connect');
    const descriptor = descriptorOf(socket) ?? -1;
    try {
      const usual = readFileSync('/proc/sys/net/ipv4/tcp_congestion_control', 'utf8').trim();
      expect(getCongestionControl(kernel, descriptor)).toEqual({ value: usual });
      // Allowed to everybody on every Linux.
      setCongestionControl(kernel, descriptor, 'reno');
      expect(getCongestionControl(kernel, descriptor)).toEqual({ value: 'reno' });
      expect(() => setCongestionControl(kernel, descriptor, 'nosuch')).toThrow(
        expect.objectContaining({ found: 'ENOENT' }),
      );
      const segment = getMaxSegmentBytes(kernel, descriptor);
      if (isMissing(segment)) throw new Error(segment.missing);
      // RFC 9293, 3.7.1: what every host takes.
      expect(segment.value).toBeGreaterThanOrEqual(536);
    } finally {
      socket.destroy();
      server.close();
    }
  });
});
