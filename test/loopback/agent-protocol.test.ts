import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { registry } from '../../probes/index.ts';
import type { Agent } from '../../src/agent/agent.ts';
import type { Json } from '../../src/contract/json.ts';
import { proofHeader, sessionPath } from '../../src/wire/http-session.ts';
import { streamProof } from '../../src/wire/proof.ts';
import { agentInProcess } from '../support/play-cell.ts';
import { openRequest, rawController, rawPeer, type Said, streamPreface } from '../support/raw-peer.ts';

const ECHO = openRequest('tcp-echo', { count: 10, size: '16 B' });
const PROTOCOL = { is: 'refused', error: { code: 'NETPROBE_PROTOCOL' } };

let agent: Agent;
beforeEach(async () => {
  agent = await agentInProcess(registry);
});
afterEach(async () => {
  // Whatever the test did, the agent still serves others.
  expect(await (await rawController(agent)).next()).toMatchObject({ is: 'hello' });
  await agent.drain(0);
});

describe('a controller that breaks the protocol is told so and dismissed', () => {
  test.each<[string, Json]>([
    ['no message', null],
    ['a list', []],
    ['an unknown message', { do: 'dance' }],
    ['a request without its fields', { do: 'open', request: { kind: 'tcp-echo' } }],
    ['a request with more fields', openRequest('tcp-echo', {}, { caps: {} })],
    ['a negative seat', openRequest('tcp-echo', {}, { seat: -1 })],
    ['a seat that is no number', openRequest('tcp-echo', {}, { seat: '1' })],
    ['a seed that is no whole number', openRequest('tcp-echo', {}, { seed: 1.5 })],
    ['seats without end', openRequest('tcp-echo', {}, { seats: Array.from({ length: 1000 }, () => ({ site: 'a' })) })],
    ['a long name', openRequest('tcp-echo', {}, { cell: 'c'.repeat(1000) })],
  ])('for %s', async (_, message) => {
    const { next, closed } = await rawController(agent, [message]);
    await next('hello');
    expect(await next()).toMatchObject(PROTOCOL);
    await closed;
  });

  test('for a frame that is too long, before it has come, whatever follows', async () => {
    const { next, socket, closed } = await rawController(agent);
    await next('hello');
    socket.write(Buffer.from([0x7f, 0xff, 0xff, 0xff]));
    expect(await next()).toMatchObject(PROTOCOL);
    for (let i = 0; i < 64; i += 1)
      if (socket.writable) await new Promise((resolve) => socket.write(Buffer.alloc(1024 * 1024), resolve));
    socket.end();
    await closed;
  });

  test('for a frame that is no JSON', async () => {
    const { next, socket } = await rawController(agent);
    await next('hello');
    socket.write(Buffer.from([0, 0, 0, 2, 0x7b, 0x7b]));
    expect(await next()).toMatchObject(PROTOCOL);
  });

  test('for a second session, and the first one ends', async () => {
    const { next, send, key } = await rawController(agent, [ECHO]);
    const { session } = await next('opened');
    const stream = rawPeer(agent, streamPreface(session as string, key, 0));
    await stream.atLeast(8);
    send(ECHO);
    expect(await next()).toMatchObject(PROTOCOL);
    await stream.closed;
  });

  test('and what it asks for after that is not done', async () => {
    const { next } = await rawController(agent, [{ do: 'dance' }, ECHO]);
    const answers: Said[] = [];
    await expect(
      (async () => {
        for (;;) answers.push(await next());
      })(),
    ).rejects.toThrow();
    expect(answers.map(({ is }) => is)).toEqual(['hello', 'refused']);
  });
});

describe('a controller may', () => {
  test('say what it likes before and after its session, which means nothing', async () => {
    const early: Json[] = [{ do: 'hear', seat: 0, message: 1 }, { do: 'hush', seat: 4096 }, ECHO];
    const { next, send } = await rawController(agent, early);
    await next('opened');
    for (let seat = 0; seat < 4096; seat += 1) send({ do: 'hear', seat, message: 'x' });
    send({ do: 'hush', seat: 0 });
    expect(await next('closed')).toMatchObject({ status: 'completed' });
  });

  test('end its session with an abort', async () => {
    const error = { code: 'NETPROBE_INTERNAL', origin: 'local', message: 'anything' };
    const { next, send, closed } = await rawController(agent, [ECHO]);
    await next('opened');
    send({ do: 'abort', error });
    expect(await next('closed')).toMatchObject({ status: 'failed', error: { code: 'NETPROBE_ABORTED' } });
    await closed;
  });

  test('not reach the HTTP of a session that has none, even with a proof', async () => {
    const { next, key } = await rawController(agent, [ECHO]);
    const { session } = await next('opened');
    const id = Buffer.from(session as string, 'hex');
    const proof = `netprobe-proof: ${proofHeader(0, streamProof(key, 'http', id, 0))}`;
    const request = [`GET ${sessionPath(id)} HTTP/1.1`, 'Host: a', proof, '', ''].join('\r\n');
    expect(await rawPeer(agent, Buffer.from(request)).closed).toHaveLength(0);
  });

  test('nest messages as deep as they go', async () => {
    const { next, socket } = await rawController(agent, [ECHO]);
    await next('opened');
    const deep = Buffer.from(`{"do":"hear","seat":0,"message":${'['.repeat(30_000)}${']'.repeat(30_000)}}`);
    const head = Buffer.alloc(4);
    head.writeUInt32BE(deep.length);
    socket.write(Buffer.concat([head, deep]));
    socket.end();
  });
});
