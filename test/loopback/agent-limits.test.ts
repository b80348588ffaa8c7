import { afterEach, describe, expect, test } from 'vitest';
import { registry } from '../../probes/index.ts';
import type { Agent } from '../../src/agent/agent.ts';
import type { AgentLimits } from '../../src/contract/hello.ts';
import type { Json } from '../../src/contract/json.ts';
import { agentInProcess } from '../support/play-cell.ts';
import { openRequest, rawController, rawPeer, streamPreface } from '../support/raw-peer.ts';

const agents: Agent[] = [];
afterEach(async () => {
  await Promise.all(agents.splice(0).map((agent) => agent.drain(0)));
});

async function limited(limits: Partial<AgentLimits> = {}): Promise<Agent> {
  const agent = await agentInProcess(registry, '127.0.0.1', limits);
  agents.push(agent);
  return agent;
}

/** What an agent says to a request. */
async function answerTo(agent: Agent, request: Json) {
  const { next } = await rawController(agent, [request]);
  for (;;) {
    const answer = await next();
    if (answer.is !== 'hello' && answer.is !== 'record') return answer;
  }
}

const refused = (code: string, more = {}) => ({ is: 'refused', error: { code, ...more } });

describe('an agent refuses', () => {
  test.each([
    ['a session longer than its limit', { durationNs: 5e9 }, openRequest('tcp-echo', { duration: '5s' }), '5s'],
    ['more streams than its limit', { streams: 3 }, openRequest('tcp-throughput', { streams: 2 }), '3'],
    ['larger messages than its limit', { payloadBytes: 1024 }, openRequest('tcp-echo', { size: '2 KiB' }), '1.00 KiB'],
    ['more connections than its limit', { connections: 0 }, openRequest('tcp-echo', {}), '0'],
    // 2 for each planned packet, and 1000 to spare.
    ['more rows than its limit', { rows: 1039 }, openRequest('udp-echo', { count: 20 }), '1039'],
  ])('%s, and says what it is', async (_, limits, request, most) => {
    const expected = { expected: `at most ${most}`, hint: expect.any(String) };
    expect(await answerTo(await limited(limits), request)).toMatchObject(refused('NETPROBE_LIMIT_EXCEEDED', expected));
  });

  test('more sessions at a time than its limit, and takes another one when one has ended', async () => {
    const agent = await limited({ sessions: 2 });
    const echo = openRequest('tcp-echo', { count: 10 });
    const open = await Promise.all([rawController(agent, [echo]), rawController(agent, [echo])]);
    for (const { next } of open) await next('opened');
    expect(await answerTo(agent, echo)).toMatchObject(refused('NETPROBE_AGENT_BUSY'));
    open[0]?.send({ do: 'hush', seat: 0 });
    await open[0]?.next('closed');
    expect(await answerTo(agent, echo)).toMatchObject({ is: 'opened' });
  });

  test('more rows in all sessions than four times its limit, and takes another one when one has ended', async () => {
    const agent = await limited({ rows: 1040 });
    const echo = openRequest('udp-echo', { count: 20 });
    const open = await Promise.all(Array.from({ length: 4 }, () => rawController(agent, [echo])));
    for (const { next } of open) await next('opened');
    const expected = {
      expected: 'at most 4160 rows in all sessions',
      found: expect.stringContaining('5200'),
      hint: expect.stringContaining("other sessions' records are in memory"),
    };
    expect(await answerTo(agent, echo)).toMatchObject(refused('NETPROBE_AGENT_BUSY', expected));
    // One that keeps none is no burden.
    expect(await answerTo(agent, openRequest('tcp-echo', { count: 10 }))).toMatchObject({ is: 'opened' });
    open[0]?.send({ do: 'hush', seat: 0 });
    await open[0]?.next('closed');
    expect(await answerTo(agent, echo)).toMatchObject({ is: 'opened' });
  });

  test.each([
    ['to dial', openRequest('tcp-echo', {}, { role: 'initiator' })],
    ['to dial a target', openRequest('tcp-connect', {}, { role: 'initiator', seat: 0 })],
    ['a role that it does not know', openRequest('tcp-echo', {}, { role: 'toString' })],
    ['a kind that it does not know', openRequest('tcp-nothing', {})],
    ['a kind named as no kind would be', openRequest('__proto__', {})],
    ['a kind without a responder', openRequest('tcp-connect', {})],
    ["the initiator's seat", openRequest('tcp-echo', {}, { seat: 0 })],
    ['a seat that there is not', openRequest('tcp-echo', {}, { seat: 2 })],
    ['unknown options', openRequest('tcp-echo', { cunt: 1 })],
    ['options of other types', openRequest('tcp-echo', { count: '10' })],
    ['options out of range', openRequest('tcp-echo', { rate: '1000000/s' })],
    ['options that are a list', openRequest('tcp-echo', [1])],
    ['options that are a text', openRequest('tcp-echo', 'all')],
    ['options with a prototype', openRequest('tcp-echo', JSON.parse('{"__proto__":{"count":1}}') as Json)],
    ['nested options', openRequest('tcp-echo', { size: { size: { size: '1 B' } } })],
  ])('%s', async (_, request) => {
    const agent = await limited();
    expect(await answerTo(agent, request)).toMatchObject(refused('NETPROBE_AGENT_KIND'));
    expect(await answerTo(agent, openRequest('tcp-echo', {}))).toMatchObject({ is: 'opened' });
  });
});

describe('an agent keeps a session to what was agreed', () => {
  async function opened(options: Json) {
    const agent = await limited();
    const controller = await rawController(agent, [openRequest('tcp-echo', options)]);
    const { session } = await controller.next('opened');
    const stream = (number: number) => rawPeer(agent, streamPreface(session as string, controller.key, number));
    return { agent, stream, ...controller };
  }

  test('no more connections, whatever their number', async () => {
    const { stream } = await opened({ count: 10 });
    await stream(7).atLeast(8);
    for (const number of [0, 8, 0xffffffff]) expect(await stream(number).closed).toHaveLength(0);
  });

  test('no more bytes: it cuts the session off, and says so', async () => {
    const { stream, next } = await opened({ count: 10, size: '16 B' });
    const peer = stream(0);
    const flood = () => peer.socket.writable && peer.socket.write(Buffer.alloc(64 * 1024), flood);
    flood();
    const error = { code: 'NETPROBE_LIMIT_EXCEEDED', expected: 'at most 224 bytes' };
    expect(await next('closed')).toMatchObject({ status: 'failed', error });
    await peer.closed;
  });

  test('also when the peer does not read what comes back', async () => {
    const { stream, next } = await opened({ count: 10, size: '16 B' });
    const peer = stream(0);
    await peer.atLeast(8);
    peer.socket.pause();
    const flood = () => peer.socket.writable && peer.socket.write(Buffer.alloc(64 * 1024), flood);
    flood();
    expect(await next('closed')).toMatchObject({ error: { code: 'NETPROBE_LIMIT_EXCEEDED' } });
  });

  test('no longer than its controller is there', async () => {
    const { stream, socket, agent } = await opened({ count: 10 });
    const peer = stream(0);
    await peer.atLeast(8);
    socket.destroy();
    await peer.closed;
    expect(await answerTo(agent, openRequest('tcp-echo', {}))).toMatchObject({ is: 'opened' });
  });
});
