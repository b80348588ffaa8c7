import dgram from 'node:dgram';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { registry } from '../../probes/index.ts';
import type { Agent } from '../../src/agent/agent.ts';
import { decodeWelcome, encodeHello } from '../../src/wire/datagram-hello.ts';
import { packetKey } from '../../src/wire/proof.ts';
import { encodeErrorEstimate } from '../../src/wire/stamp/error-estimate.ts';
import { matchReply, writeRequest } from '../../src/wire/stamp/packet.ts';
import { openSession, type Session } from '../../src/wire/stamp/session.ts';
import { agentInProcess } from '../support/play-cell.ts';
import { openRequest, rawController } from '../support/raw-peer.ts';

let agent: Agent;
const sockets: dgram.Socket[] = [];
beforeEach(async () => {
  agent = await agentInProcess(registry);
});
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.close();
  await agent.drain(0);
});

/** Long enough for what comes over loopback; what must not come is waited for so long. */
const QUIET_MS = 150;

async function udp() {
  const socket = dgram.createSocket('udp4');
  sockets.push(socket);
  await new Promise<void>((resolve) => {
    socket.connect(agent.port, agent.host, resolve);
  });
  const answers: Buffer[] = [];
  socket.on('message', (packet) => answers.push(packet)).on('error', () => undefined);
  /** Sends packets, and gives what came back within a moment. */
  const ask = async (...packets: Uint8Array[]) => {
    answers.length = 0;
    for (const packet of packets) socket.send(packet);
    await new Promise((resolve) => setTimeout(resolve, QUIET_MS));
    return [...answers];
  };
  return { ask };
}

/** A session of udp-echo, asked for over TCP, without a packet sent yet. */
async function session(options: { [key: string]: string | number } = {}) {
  const controller = await rawController(agent);
  controller.send(openRequest('udp-echo', { count: 5, timeout: '1s', ...options }));
  const opened = await controller.next('opened');
  return { controller, id: Buffer.from(String(opened['session']), 'hex'), key: controller.key };
}

type Opened = Awaited<ReturnType<typeof session>>;

async function token({ ask }: Awaited<ReturnType<typeof udp>>, { id, key }: Opened, flow = 0): Promise<Uint8Array> {
  const [welcome] = await ask(encodeHello(id, flow, key));
  const given = welcome && decodeWelcome(welcome, id, flow, key);
  if (given === undefined) throw new Error('no welcome');
  return given;
}

function stamp(given: Uint8Array, { id, key }: Opened, mode: 'unauthenticated' | 'authenticated', flow = 0): Session {
  const errorEstimate = encodeErrorEstimate({ synchronised: false, format: 'ntp', errorNs: null });
  const secret = mode === 'authenticated' ? packetKey(key, id) : null;
  const size = mode === 'authenticated' ? 152 : 64;
  return openSession({ mode, size, ssid: flow + 1, token: given, secret, errorEstimate });
}

function request(of: Session, sequence: number): Buffer {
  const packet = Buffer.alloc(of.layout.size);
  writeRequest(packet, of, sequence, 1_800_000_000, sequence);
  return packet;
}

describe('an agent’s UDP port', () => {
  test('says nothing to strangers, whatever they send', async () => {
    const { ask } = await udp();
    await session();
    const noise = [0, 1, 44, 63, 64, 65, 112, 1400].map((size) => Buffer.alloc(size, 0x41));
    const plain = stamp(
      new Uint8Array(8),
      { id: Buffer.alloc(16), key: Buffer.alloc(32) } as Opened,
      'unauthenticated',
    );
    expect(await ask(...noise, request(plain, 0))).toEqual([]);
  });

  test('says nothing to a hello without the session’s key, of another session, or for a flow that was not asked for', async () => {
    const { ask } = await udp();
    const mine = await session();
    const { id, key } = mine;
    const cut = encodeHello(id, 0, key).subarray(0, 63);
    const spoilt = encodeHello(id, 0, key);
    spoilt[63] = (spoilt[63] as number) ^ 1;
    expect(
      await ask(
        encodeHello(id, 0, Buffer.alloc(32)),
        encodeHello(Buffer.alloc(16), 0, key),
        encodeHello(id, 1, key),
        cut,
        spoilt,
      ),
    ).toEqual([]);
  });

  test('answers a proved hello with as many bytes, and only then packets, only with its token, only from there', async () => {
    const near = await udp();
    const mine = await session();
    const early = stamp(new Uint8Array(8), mine, 'unauthenticated');
    expect(await near.ask(request(early, 0))).toEqual([]);
    const given = await token(near, mine);
    const right = stamp(given, mine, 'unauthenticated');
    const packet = request(right, 0);
    const replies = await near.ask(packet);
    expect(replies.map(({ length }) => length)).toEqual([packet.length]);
    expect(matchReply(right, packet, replies[0] as Buffer)).toBe('match');
    const guessed = Uint8Array.from(given);
    guessed[7] = (guessed[7] as number) ^ 1;
    expect(await near.ask(request(stamp(guessed, mine, 'unauthenticated'), 1))).toEqual([]);
    // Another source, with a token that was given to the first.
    const other = await udp();
    expect(await other.ask(request(right, 2))).toEqual([]);
  });

  test('drops requests of another size, of another flow’s identifier, and with wrong HMACs', async () => {
    const near = await udp();
    const mine = await session({ mode: 'authenticated' });
    const right = stamp(await token(near, mine), mine, 'authenticated');
    const packet = request(right, 0);
    expect(await near.ask(packet)).toHaveLength(1);
    const spoilt = [100, 130, 151].map((at) => {
      const copy = Buffer.from(packet);
      copy[at] = (copy[at] as number) ^ 0x80;
      return copy;
    });
    expect(await near.ask(...spoilt, packet.subarray(0, 151), Buffer.concat([packet, Buffer.alloc(1)]))).toEqual([]);
  });

  test('gives one session no more sources than its flows need, and forgets them with the session', async () => {
    const mine = await session();
    const sources = await Promise.all(Array.from({ length: 6 }, () => udp()));
    const welcomed = await Promise.all(sources.map(({ ask }) => ask(encodeHello(mine.id, 0, mine.key))));
    expect(welcomed.filter((answers) => answers.length === 1)).toHaveLength(4);
    const near = await udp();
    const next = await session();
    const right = stamp(await token(near, next), next, 'unauthenticated');
    expect(await near.ask(request(right, 0))).toHaveLength(1);
    next.controller.send({ do: 'hush', seat: 0 });
    await next.controller.next('closed');
    expect(await near.ask(request(right, 1), encodeHello(next.id, 0, next.key))).toEqual([]);
  });

  test('answers no more packets than the session agreed on, and records each that it answered', async () => {
    const near = await udp();
    const mine = await session({ count: 1 });
    const right = stamp(await token(near, mine), mine, 'unauthenticated');
    const replies: Buffer[] = [];
    // 2 for each planned one, and 1000 to spare.
    for (let batch = 0; batch < 11; batch += 1)
      replies.push(...(await near.ask(...Array.from({ length: 100 }, (_, i) => request(right, batch * 100 + i)))));
    expect(replies.length).toBeLessThanOrEqual(1002);
    expect(replies.length).toBeGreaterThan(900);
    mine.controller.send({ do: 'hush', seat: 0 });
    let rows = 0;
    for (;;) {
      const said = await mine.controller.next();
      const { record } = said as { record?: { is: string; rows?: unknown[] } };
      if (record?.is === 'rows') rows += record.rows?.length ?? 0;
      if (said.is === 'closed') break;
    }
    expect(rows).toBe(replies.length);
  });

  test('can be had by one agent only', async () => {
    const taken = dgram.createSocket('udp4');
    sockets.push(taken);
    await new Promise<void>((resolve) => {
      taken.bind(0, '127.0.0.1', resolve);
    });
    const { startAgent } = await import('../../src/agent/agent.ts');
    const { inProcessLane } = await import('../support/in-process-lane.ts');
    const starting = startAgent({
      host: '127.0.0.1',
      port: taken.address().port,
      registry,
      startLane: () => inProcessLane(registry, false),
      tool: { name: 'netprobe', version: '0' },
    });
    await expect(starting).rejects.toMatchObject({ code: 'NETPROBE_LISTEN' });
  });
});
