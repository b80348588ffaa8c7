import { afterEach, describe, expect, test } from 'vitest';
import { registry } from '../../probes/index.ts';
import { type Agent, startAgent } from '../../src/agent/agent.ts';
import { DEFAULT_LIMITS } from '../../src/contract/limits.ts';
import { dialAgent } from '../../src/run/agent-client.ts';
import { inProcessLane } from '../support/in-process-lane.ts';
import { agentInProcess, SECRET } from '../support/play-cell.ts';
import { afterAck, openRequest, rawController, rawPeer, streamPreface } from '../support/raw-peer.ts';

const agents: Agent[] = [];
afterEach(async () => {
  await Promise.all(agents.splice(0).map((agent) => agent.drain(0)));
});

async function start(host: string, secret?: string, port = 0): Promise<Agent> {
  const tool = { name: 'netprobe', version: '0.0.0-test' };
  const agent = await startAgent({
    host,
    port,
    secret,
    registry,
    startLane: () => inProcessLane(registry, false),
    tool,
  });
  agents.push(agent);
  return agent;
}

async function running(): Promise<Agent> {
  const agent = await agentInProcess(registry);
  agents.push(agent);
  return agent;
}

const dial = ({ host, port }: Agent, secret: string) =>
  dialAgent({ name: 'there', address: host, port, secret }, new AbortController().signal);

const ECHO = openRequest('tcp-echo', { count: 10, size: '16 B' });

describe('an agent starts closed', () => {
  test.each(['127.0.0.1', '::1'])('without a token it listens on %s', async (host) => {
    const connection = await dial(await start(host), '');
    expect(connection.hello).toMatchObject({ wire: 1, tool: { version: '0.0.0-test' } });
    connection.close();
  });

  test.each(['0.0.0.0', '::', '192.0.2.7', 'example.com', ''])(
    'without a token it does not listen on "%s"',
    async (host) => {
      await expect(start(host)).rejects.toMatchObject({ code: 'NETPROBE_AGENT_OPEN', origin: 'config' });
    },
  );

  test.each(['', 'short', 'fifteen letters'])('it refuses the token "%s"', async (secret) => {
    for (const host of ['127.0.0.1', '0.0.0.0'])
      await expect(start(host, secret)).rejects.toMatchObject({ code: 'NETPROBE_TOKEN_WEAK', origin: 'config' });
  });

  test('it says when it cannot listen', async () => {
    const { port } = await running();
    await expect(start('127.0.0.1', SECRET, port)).rejects.toMatchObject({ code: 'NETPROBE_LISTEN', origin: 'local' });
  });
});

describe('who wants something of an agent', () => {
  test('must know its token: another one, or none, is an error of configuration', async () => {
    const agent = await running();
    for (const secret of ['', `${SECRET}.`, SECRET.slice(1)]) {
      const error = { code: 'NETPROBE_AGENT_DENIED', origin: 'config' };
      await expect(dial(agent, secret)).rejects.toMatchObject(error);
    }
    await expect(dial(await start('127.0.0.1'), SECRET)).rejects.toMatchObject({ code: 'NETPROBE_AGENT_DENIED' });
  });

  test('hears which kinds it plays and what its limits are', async () => {
    const { hello, close } = await dial(await running(), SECRET);
    const played = [...registry.values()].filter((kind) => kind.roles['responder']).map(({ name }) => name);
    expect(hello.kinds).toEqual(played);
    expect(hello.limits).toEqual(DEFAULT_LIMITS);
    close();
  });

  test('may send everything at once: nothing is lost where one reader takes over from another', async () => {
    const agent = await running();
    const { next, key } = await rawController(agent, [ECHO, { do: 'hear', seat: 0, message: 'x' }]);
    const { session } = await next('opened');
    const payload = Buffer.from(Array.from({ length: 160 }, (_, i) => i));
    const stream = rawPeer(agent, Buffer.concat([streamPreface(session as string, key, 0), payload]));
    expect(afterAck(await stream.atLeast(8 + payload.length))).toEqual(payload);
  });

  test('may send a byte at a time', async () => {
    const agent = await running();
    const { next, key } = await rawController(agent, [ECHO]);
    const { session } = await next('opened');
    const stream = rawPeer(agent);
    for (const byte of [...streamPreface(session as string, key, 0), 1, 2, 3]) {
      stream.socket.write(Uint8Array.of(byte));
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect([...afterAck(await stream.atLeast(8 + 3))]).toEqual([1, 2, 3]);
  });
});

describe('an agent that drains', () => {
  test('lets a running session finish, and takes no new connection', async () => {
    const agent = await running();
    const { next, key, send } = await rawController(agent, [ECHO]);
    const { session } = await next('opened');
    const stream = rawPeer(agent, streamPreface(session as string, key, 0), Buffer.alloc(16, 1));
    await stream.atLeast(8 + 16);
    const drained = agent.drain(60_000);
    expect(await rawPeer(agent).closed).toHaveLength(0);
    stream.socket.write(Buffer.alloc(16, 2));
    expect(afterAck(await stream.atLeast(8 + 32))).toHaveLength(32);
    send({ do: 'hush', seat: 0 });
    expect(await next('closed')).toMatchObject({ status: 'completed' });
    await drained;
  });

  test('takes no session from a controller that is connected already', async () => {
    const agent = await running();
    const playing = await rawController(agent, [ECHO]);
    await playing.next('opened');
    const waiting = await rawController(agent);
    await waiting.next('hello');
    const drained = agent.drain(60_000);
    waiting.send(ECHO);
    expect(await waiting.next()).toMatchObject({ is: 'refused', error: { code: 'NETPROBE_AGENT_BUSY' } });
    playing.socket.destroy();
    await drained;
  });

  test('ends sessions that do not finish in time', async () => {
    const agent = await running();
    const { next } = await rawController(agent, [ECHO]);
    await next('opened');
    await agent.drain(0);
    expect(await next('closed')).toMatchObject({
      status: 'failed',
      error: { code: 'NETPROBE_ABORTED', origin: 'agent' },
    });
  });
});
