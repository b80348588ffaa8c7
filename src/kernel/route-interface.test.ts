import os from 'node:os';
import { describe, expect, it } from 'vitest';
import { interfaceOf, routeInterface } from './route-interface.ts';

function having(...addresses: string[]): os.NetworkInterfaceInfo[] {
  return addresses.map((address) => ({
    address,
    netmask: '',
    mac: '00:00:00:00:00:00',
    cidr: null,
    internal: address === '127.0.0.1' || address.startsWith('10.255.'),
    ...(address.includes(':') ? { family: 'IPv6', scopeid: 0 } : { family: 'IPv4' }),
  }));
}

const LO = having('127.0.0.1');
const TWO = { lo: LO, eth0: having('192.0.2.2', 'fd00::2'), eth1: having('198.51.100.2') };

describe('the interface of a source address', () => {
  it('is the one that has it', () => {
    expect(interfaceOf('203.0.113.9', '198.51.100.2', TWO)).toEqual({ value: { name: 'eth1', by: 'source address' } });
    expect(interfaceOf('fd00::9', 'fd00::2', TWO)).toMatchObject({ value: { name: 'eth0' } });
  });

  it('is loopback for what the machine sends to itself, whatever the address', () => {
    for (const to of ['192.0.2.2', '127.0.0.9', 'fd00::2'])
      expect(interfaceOf(to, to, TWO)).toMatchObject({ value: { name: 'lo' } });
  });

  it('is not told when none or several have it', () => {
    expect(interfaceOf('203.0.113.9', '192.0.2.77', TWO)).toMatchObject({ value: null });
    const same = { ...TWO, eth2: having('198.51.100.2') };
    expect(interfaceOf('203.0.113.9', '198.51.100.2', same)).toEqual({
      value: null,
      why: 'eth1 and eth2 have the same address',
    });
  });

  it('is not told when routing has put the address on loopback', () => {
    const routed = { lo: [...LO, ...having('10.255.0.1')], eth0: having('192.0.2.2') };
    expect(interfaceOf('203.0.113.9', '10.255.0.1', routed)).toMatchObject({ value: null });
  });
});

describe('the way to an address', () => {
  it('on this machine is its loopback', async () => {
    const loopbacks = Object.entries(os.networkInterfaces()).filter(([, own]) => own?.some(({ internal }) => internal));
    const { value } = await routeInterface('127.0.0.1');
    expect(loopbacks.map(([name]) => name)).toContain(value?.name);
    expect(await routeInterface('::ffff:127.0.0.1')).toEqual({ value });
  });

  it('with a zone is the zone', async () => {
    expect(await routeInterface('fe80::1%eth7')).toEqual({ value: { name: 'eth7', by: 'zone' } });
  });

  it.each(['localhost', '', '--help', '1.2.3'])('that is none, like %j, is not told', async (address) => {
    expect(await routeInterface(address)).toMatchObject({ value: null, why: expect.stringContaining('not an IP') });
  });
});
