import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { registry } from '../../probes/index.ts';
import type { Agent } from '../../src/agent/agent.ts';
import type { Patience } from '../../src/agent/control.ts';
import { CHALLENGE_BYTES } from '../../src/wire/challenge.ts';
import { proofHeader, sessionPath } from '../../src/wire/http-session.ts';
import { agentInProcess } from '../support/play-cell.ts';
import {
  afterAck,
  controlPreface,
  nonce,
  openRequest,
  rawController,
  rawPeer,
  streamPreface,
} from '../support/raw-peer.ts';

const SESSION = 'ab'.repeat(16);
const ECHO = openRequest('tcp-echo', { count: 10, size: '16 B' });
const text = (...lines: string[]) => Buffer.from([...lines, '', ''].join('\r\n'), 'latin1');
const PROOF = `netprobe-proof: ${proofHeader(0, nonce())}`;
const LINE = `GET ${sessionPath(Buffer.from(SESSION, 'hex'))} HTTP/1.1`;

let agent: Agent;
beforeEach(async () => {
  agent = await agentInProcess(registry);
});
afterEach(() => agent.drain(0));

/** An agent that waits less long for strangers. */
async function impatient(patience: Partial<Patience> = { greetingMs: 50 }): Promise<void> {
  await agent.drain(0);
  agent = await agentInProcess(registry, '127.0.0.1', {}, patience);
}

async function openSession() {
  const controller = await rawController(agent, [ECHO]);
  const { session } = await controller.next('opened');
  return { ...controller, session: session as string };
}

describe('a stranger is closed and gets no byte', () => {
  test.each([
    ['lower-case letters', Buffer.from('get / http/1.1\r\n\r\n')],
    ['a TLS hello', Buffer.from('160301020001000001fc0303', 'hex')],
    ['SSH', Buffer.from('\x80ssh')],
    ['HTTP without a proof', text('GET / HTTP/1.1', 'Host: a')],
    ['HTTP of an unknown session', text(LINE, PROOF)],
    ['HTTP with two proofs', text(LINE, PROOF, PROOF)],
    ['an HTTP/2 preface', Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')],
    ['an endless HTTP head', Buffer.concat([Buffer.from('GET / HTTP/1.1\r\nA: '), Buffer.alloc(64 * 1024, 0x61)])],
    ['zeros', Buffer.alloc(64)],
    ['a preface of another magic', Buffer.concat([Buffer.from('\0NPRX'), Buffer.alloc(59)])],
    ['a preface with reserved bits', controlPreface().fill(1, 7, 8)],
    ['a preface of type HTTP', controlPreface().fill(2, 6, 7)],
    ['a stream of an unknown session', streamPreface(SESSION, nonce(), 0)],
  ])('for %s', async (_, bytes) => {
    expect(await rawPeer(agent, bytes).closed).toHaveLength(0);
  });

  test('for the stream of a live session with another key, number, type or version', async () => {
    const one = await openSession();
    const other = await openSession();
    const wrong = [
      streamPreface(one.session, other.key, 0),
      streamPreface(one.session, nonce(), 0),
      streamPreface(one.session, one.key, 0).fill(1, 27, 28),
      streamPreface(one.session, one.key, 0, 2),
      streamPreface(other.session, one.key, 0),
    ];
    for (const bytes of wrong) expect(await rawPeer(agent, bytes).closed).toHaveLength(0);
    const line = `GET ${sessionPath(Buffer.from(one.session, 'hex'))} HTTP/1.1`;
    const proof = streamPreface(one.session, one.key, 0).subarray(32);
    expect(await rawPeer(agent, text(line, `netprobe-proof: ${proofHeader(0, proof)}`)).closed).toHaveLength(0);
    const right = rawPeer(agent, streamPreface(one.session, one.key, 0));
    expect(afterAck(await right.atLeast(8))).toHaveLength(0);
  });

  test('for a recorded preface sent again, while its stream stands and after', async () => {
    const { session, key } = await openSession();
    const preface = streamPreface(session, key, 0);
    const stream = rawPeer(agent, preface);
    await stream.atLeast(8);
    expect(await rawPeer(agent, preface).closed).toHaveLength(0);
    stream.socket.destroy();
    await stream.closed;
    expect(await rawPeer(agent, preface).closed).toHaveLength(0);
  });

  test('for a stream of a session that has ended', async () => {
    const { session, key, send, next, closed } = await openSession();
    send({ do: 'hush', seat: 0 });
    expect(await next('closed')).toMatchObject({ status: 'completed' });
    await closed;
    expect(await rawPeer(agent, streamPreface(session, key, 0)).closed).toHaveLength(0);
  });
});

describe('a peer that takes its time is closed at the deadline', () => {
  test.each([
    ['says nothing', [], 0],
    ['stops in its preface', [controlPreface().subarray(0, 63)], 0],
    ['stops in its HTTP head', [Buffer.from('GET / HTTP/1.1\r\n')], 0],
    ['stops after its preface', [controlPreface()], CHALLENGE_BYTES],
  ])('when it %s', async (_, bytes, answered) => {
    await impatient();
    expect(await rawPeer(agent, ...bytes).closed).toHaveLength(answered);
  });

  test('when it was denied and does not leave, whatever it sends', async () => {
    await impatient({ greetingMs: 300 });
    const peer = rawPeer(agent, controlPreface(), nonce());
    const flood = () => peer.socket.writable && peer.socket.write(Buffer.alloc(64 * 1024), flood);
    flood();
    const received = await peer.closed;
    expect(received[CHALLENGE_BYTES + 5]).toBe(1);
    expect(received.length).toBe(CHALLENGE_BYTES + 40);
  });

  test('when it has shaken hands and asks for nothing', async () => {
    await impatient({ idleMs: 50 });
    await (await rawController(agent)).closed;
  });

  test('and others are served meanwhile, again after it', async () => {
    await impatient({ greetingMs: 200 });
    const silent = Array.from({ length: 100 }, () => rawPeer(agent));
    const controller = await rawController(agent);
    expect(await controller.next()).toMatchObject({ is: 'hello' });
    await Promise.all(silent.map((peer) => peer.closed));
    expect(await (await rawController(agent)).next()).toMatchObject({ is: 'hello' });
  });

  test('and no more than 128 of one address are waited for at a time', async () => {
    const peers = Array.from({ length: 140 }, () => rawPeer(agent));
    await Promise.all(peers.slice(128).map((peer) => peer.closed));
    for (const peer of peers) peer.socket.destroy();
  });
});
