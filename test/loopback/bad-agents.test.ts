import { describe, expect, test } from 'vitest';
import type { Json } from '../../src/contract/json.ts';
import { encodeAnswer } from '../../src/wire/challenge.ts';
import { type BadPeer, HELLO, SESSION } from '../support/bad-agent.ts';
import { meet } from '../support/meet-agent.ts';

type Control = (peer: BadPeer) => Promise<void> | void;

async function expectFailure(control: Control, code: string, origin: string, more: object = {}): Promise<void> {
  const { outcome, records } = await meet({ control });
  expect(outcome).toMatchObject({ status: 'failed', error: { code, origin, ...more }, address: '127.0.0.1' });
  expect(records).toEqual([]);
}

const bytes = (...parts: (Uint8Array | string)[]) => Buffer.concat(parts.map((part) => Buffer.from(part)));
const silence = () => undefined;

describe('what listens where an agent should', () => {
  test.each<[string, Control, string]>([
    ['says nothing', silence, 'NETPROBE_AGENT_SILENT'],
    ['says nothing after its challenge', async (peer) => void (await peer.challenge()), 'NETPROBE_AGENT_SILENT'],
    [
      'says no hello',
      async (peer) => void peer.socket.write(encodeAnswer('accepted', await peer.challenge())),
      'NETPROBE_AGENT_SILENT',
    ],
    ['closes at once', ({ socket }) => void socket.end(), 'NETPROBE_AGENT_CLOSED'],
    ['closes within its challenge', ({ socket }) => void socket.end(bytes('\0NPRB')), 'NETPROBE_AGENT_CLOSED'],
    [
      'closes after its challenge',
      async (peer) => void peer.challenge().then(() => peer.socket.end()),
      'NETPROBE_AGENT_CLOSED',
    ],
    [
      'closes after its answer',
      async (peer) => void peer.socket.end(encodeAnswer('accepted', await peer.challenge())),
      'NETPROBE_AGENT_CLOSED',
    ],
    [
      'is an SSH server',
      ({ socket }) => void socket.end(`SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3 and more words\r\n`),
      'NETPROBE_AGENT_GARBAGE',
    ],
    [
      'is an HTTP server',
      ({ socket }) => void socket.end(`HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n`),
      'NETPROBE_AGENT_GARBAGE',
    ],
    ['floods', ({ socket }) => void socket.write(Buffer.alloc(10_000_000, 7)), 'NETPROBE_AGENT_GARBAGE'],
    [
      'gives an unknown answer',
      async (peer) => void peer.socket.write(encodeAnswer('accepted', await peer.challenge()).fill(9, 5, 6)),
      'NETPROBE_AGENT_GARBAGE',
    ],
    ['speaks an older version', async (peer) => void (await peer.challenge(0)), 'NETPROBE_AGENT_VERSION'],
    ['speaks newer versions', async (peer) => void (await peer.challenge(2, 9)), 'NETPROBE_AGENT_VERSION'],
    [
      'is busy',
      async (peer) => void (await peer.challenge().then(() => peer.socket.end(encodeAnswer('busy')))),
      'NETPROBE_AGENT_BUSY',
    ],
    [
      'does not know the secret',
      async (peer) => void peer.challenge().then(() => peer.socket.write(encodeAnswer('accepted', Buffer.alloc(32)))),
      'NETPROBE_AGENT_DENIED',
    ],
  ])('and %s is told apart', (_, control, code) => expectFailure(control, code, 'agent'));

  test('and refuses the token is a matter of configuration', () =>
    expectFailure(
      async (peer) => {
        await peer.challenge();
        peer.socket.end(encodeAnswer('denied'));
      },
      'NETPROBE_AGENT_DENIED',
      'config',
      { found: 'another token' },
    ));

  test('and resets the connection has reset it', () =>
    expectFailure(({ socket }) => void socket.resetAndDestroy(), 'NETPROBE_RESET', 'target'));

  test('and takes versions around this one is spoken with', async () => {
    await expectFailure(
      async (peer) => {
        await peer.challenge(0, 9);
        peer.socket.end(encodeAnswer('busy'));
      },
      'NETPROBE_AGENT_BUSY',
      'agent',
    );
  });
});

describe('an agent that introduces itself', () => {
  test.each<[string, Json]>([
    ['with nothing', null],
    ['with a text', 'hello'],
    ['without limits', { ...HELLO, limits: null }],
    ['with limits that are no numbers', { ...HELLO, limits: { durationNs: '1' } }],
    ['with negative limits', { ...HELLO, limits: { ...(HELLO['limits'] as object), sessions: -1 } }],
    ['with kinds that are no list', { ...HELLO, kinds: { 0: 'tcp-echo' } }],
    ['with kinds without end', { ...HELLO, kinds: Array.from({ length: 1000 }, () => 'tcp-echo') }],
    ['with a version that is no text', { ...HELLO, tool: { name: 'netprobe', version: 1 } }],
    ['with a name without end', { ...HELLO, tool: { name: 'n'.repeat(10_000), version: '1' } }],
  ])('%s breaks the protocol', (_, hello) =>
    expectFailure((peer) => peer.greet(hello), 'NETPROBE_AGENT_GARBAGE', 'agent'),
  );

  test.each<[string, Buffer]>([
    ['a frame that is too long', Buffer.from([0xff, 0xff, 0xff, 0xff])],
    ['a frame that is no JSON', bytes(Uint8Array.of(0, 0, 0, 1), '{')],
    ['a number that JSON cannot hold', bytes(Uint8Array.of(0, 0, 0, 5), '1e999')],
    ['nesting without end', bytes(Uint8Array.of(0, 0, 0x75, 0x30), '['.repeat(15_000), ']'.repeat(15_000))],
  ])('with %s breaks the protocol', (_, frame) =>
    expectFailure(
      async (peer) => {
        peer.socket.write(encodeAnswer('accepted', await peer.challenge()));
        peer.socket.write(frame);
      },
      'NETPROBE_AGENT_GARBAGE',
      'agent',
    ),
  );

  test('and begins with something else breaks the protocol', () =>
    expectFailure(
      async (peer) => {
        peer.socket.write(encodeAnswer('accepted', await peer.challenge()));
        peer.say({ is: 'opened', session: SESSION });
      },
      'NETPROBE_AGENT_GARBAGE',
      'agent',
    ));

  test('and does not play the kind is asked for nothing', async () => {
    const heard: Json[] = [];
    await expectFailure(
      async (peer) => {
        await peer.greet({ ...HELLO, kinds: ['tcp-throughput'] });
        heard.push(await peer.hear());
      },
      'NETPROBE_AGENT_KIND',
      'agent',
      { expected: 'tcp-echo', found: 'tcp-throughput' },
    );
    expect(heard).toEqual([]);
  });
});
