import { expect, test } from 'vitest';
import { describeHost, describeInterface } from './describe-host.ts';
import { hostFacts } from './host-facts.ts';

test('a host is described by facts with units in their names, and says why one is missing', () => {
  const described = describeHost({
    ...hostFacts(),
    kernelRelease: { value: '6.1.0' },
    tcpRmemBytes: { value: [4096, 131072, 6291456] },
    product: { value: null, why: 'no such file' },
  });
  expect(described).toMatchObject({
    node: process.version,
    facts: { kernel_release: '6.1.0', tcp_rmem_bytes: [4096, 131072, 6291456], product: null },
    missing: { product: 'no such file' },
  });
  expect(Object.keys(described.facts)).toContain('congestion_control');
});

test('an interface is described likewise', () => {
  const speedBps = { value: null, why: 'it tells no rate' } as const;
  const facts = { name: 'eth0', mtuBytes: { value: 1500 }, speedBps, driver: { value: 'x' }, qdisc: { value: 'fq' } };
  const described = describeInterface(facts as unknown as Parameters<typeof describeInterface>[0]);
  expect(described.facts).toEqual({ name: 'eth0', mtu_bytes: 1500, speed_bps: null, driver: 'x', qdisc: 'fq' });
  expect(described.missing).toEqual({ speed_bps: 'it tells no rate' });
});
