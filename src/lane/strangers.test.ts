// biome-ignore-all lint/style/noRestrictedImports: tests may use what test/support builds.
import type { RemoteInfo } from 'node:dgram';
import { describe, expect, test } from 'vitest';
import { FakeKernel } from '../../test/support/fake-kernel.ts';
import { encodeErrorEstimate } from '../wire/stamp/error-estimate.ts';
import { matchReply, writeRequest } from '../wire/stamp/packet.ts';
import { receivedNs, reflectorSequence, sentNs } from '../wire/stamp/reflector.ts';
import { openSession } from '../wire/stamp/session.ts';
import { blockList, strangers } from './strangers.ts';

const session = openSession({
  mode: 'unauthenticated',
  size: 100,
  ssid: 7,
  token: Buffer.alloc(8),
  secret: null,
  errorEstimate: encodeErrorEstimate({ synchronised: false, format: 'ntp', errorNs: null }),
});

function request(sequence: number): Buffer {
  const packet = Buffer.alloc(100);
  writeRequest(packet, session, sequence, 1_800_000_000, 5);
  return packet;
}

function reflector(rules: Partial<Parameters<typeof strangers>[0]> = {}) {
  let now = 0;
  const kernel = new FakeKernel();
  const take = strangers(
    { allow: ['192.0.2.0/24', '2001:db8::/32'], perSecond: 5, bytesPerDay: 1e6, ...rules },
    () => 8620,
    kernel,
    () => now,
  );
  const ask = (packet: Buffer, address = '192.0.2.9', family: 'IPv4' | 'IPv6' = 'IPv4', port = 50_000) => {
    const replies: Uint8Array[] = [];
    take(packet, { address, family, port, size: packet.length } as RemoteInfo, now, (reply) => replies.push(reply));
    return replies;
  };
  return { ask, kernel, wait: (ns: number) => (now += ns) };
}

describe('a reflector for strangers', () => {
  test('answers as RFC 8762 says, with a count of its own for each sender', () => {
    const { ask } = reflector();
    const [first, second] = [request(0), request(7)];
    const replies = [...ask(first), ...ask(second), ...ask(first, '192.0.2.10')];
    expect(matchReply(session, first, replies[0] as Uint8Array, 'foreign')).toBe('match');
    expect(matchReply(session, second, replies[1] as Uint8Array, 'foreign')).toBe('match');
    expect(replies.map((reply) => reflectorSequence(reply, 'unauthenticated'))).toEqual([0, 1, 0]);
    expect(replies.map(({ length }) => length)).toEqual([100, 100, 100]);
  });

  test('answers nobody outside of the networks that it was given', () => {
    const { ask } = reflector();
    expect(ask(request(0), '198.51.100.1')).toEqual([]);
    expect(ask(request(0), '2001:db8::5', 'IPv6')).toHaveLength(1);
    expect(ask(request(0), '2001:db9::5', 'IPv6')).toEqual([]);
    // An IPv4 address as a dual-stack socket shows it.
    expect(ask(request(0), '::ffff:192.0.2.1', 'IPv6')).toHaveLength(1);
    expect(ask(request(0), '::ffff:198.51.100.1', 'IPv6')).toEqual([]);
  });

  test('answers no faster than its rate, no more than its day’s bytes, and nothing that is too short', () => {
    const fast = reflector();
    expect(Array.from({ length: 9 }, (_, i) => fast.ask(request(i)).length)).toEqual([1, 1, 1, 1, 1, 0, 0, 0, 0]);
    fast.wait(0.2e9);
    expect(fast.ask(request(9))).toHaveLength(1);
    const poor = reflector({ bytesPerDay: 250 });
    expect([0, 1, 2].map((i) => poor.ask(request(i)).length)).toEqual([1, 1, 0]);
    expect(reflector().ask(request(0).subarray(0, 43))).toEqual([]);
  });
});

describe('the time that a reflector tells', () => {
  const stamps = (reply: Uint8Array | undefined) => {
    const packet = reply ?? Buffer.alloc(0);
    // The fake kernel's wall clock is 100 days after 1970, whatever the time of this test.
    return [receivedNs(packet, 'unauthenticated', 8_640_000), sentNs(packet, 'unauthenticated', 8_640_000)] as const;
  };

  test('follows a wall clock that is set, within a second of packets', () => {
    const { ask, wait, kernel } = reflector();
    const [before] = stamps(ask(request(0))[0]);
    kernel.realtime += 7_000_000_000n;
    wait(0.4e9);
    const [unseen] = stamps(ask(request(1))[0]);
    expect(unseen - before).toBe(0.4e9);
    wait(0.6e9);
    const [seen, sent] = stamps(ask(request(2))[0]);
    expect(seen - before).toBe(7e9 + 1e9);
    expect(sent).toBe(seen);
  });

  test('is not made to jitter by looking again', () => {
    const { ask, wait, kernel } = reflector();
    const [before] = stamps(ask(request(0))[0]);
    // Less than readings of two processors' counters may differ by.
    kernel.realtime += 300n;
    wait(5e9);
    expect(stamps(ask(request(1))[0])[0] - before).toBe(5e9);
  });
});

describe('a reflector among reflectors', () => {
  test('answers no reply, no service’s port and no packet from its own', () => {
    const { ask } = reflector();
    const [reply] = ask(request(0));
    expect(ask(reply as Buffer)).toEqual([]);
    expect(ask(request(1), '192.0.2.9', 'IPv4', 862)).toEqual([]);
    expect(ask(request(1), '192.0.2.9', 'IPv4', 53)).toEqual([]);
    expect(ask(request(1), '192.0.2.9', 'IPv4', 8620)).toEqual([]);
  });
});

describe('networks', () => {
  test('are taken with and without a length', () => {
    const list = blockList(['10.0.0.0/8', '192.0.2.1', '::1']);
    expect(['10.9.9.9', '192.0.2.1', '192.0.2.2'].map((address) => list.check(address))).toEqual([true, true, false]);
    expect(list.check('::1', 'ipv6')).toBe(true);
  });

  test.each(['10.0.0.0/33', 'example', '::/129', '10.0.0.0/', ''])('are refused when they are %j', (network) => {
    expect(() => blockList([network])).toThrow(RangeError);
  });
});
