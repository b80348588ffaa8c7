import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import net, { type AddressInfo } from 'node:net';
import tls from 'node:tls';
import { afterEach, describe, expect, test } from 'vitest';
import type { Cost } from '../../src/contract/kind.ts';
import { LaneHost } from '../../src/lane/host.ts';
import type { PeerAccess } from '../../src/lane/messages.ts';
import { inProcessLane } from '../support/in-process-lane.ts';
import { kindThatRuns, type Role } from '../support/run-kind.ts';

const BYTES = 100_000;
/** The handshake of TLS, its records' headers, and the few bytes around. */
const OVERHEAD = 20_000;
const servers: net.Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function echoServer(how: { tls: boolean }): Promise<number> {
  const pem = (name: string) => readFileSync(new URL(`../../fixtures/certs/localhost.${name}.pem`, import.meta.url));
  const serve = (socket: net.Socket) => void socket.on('error', () => undefined).pipe(socket);
  const server = how.tls ? tls.createServer({ key: pem('key'), cert: pem('cert') }, serve) : net.createServer(serve);
  servers.push(server.listen(0, '127.0.0.1'));
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

/** Sends so many bytes, waits for them to come back, and stays until its traffic has been held against its caps. */
function sending(bytes: number, how: { tls: boolean }): Role {
  return async (_, io) => {
    const secured = how.tls ? { tls: { servername: 'localhost', rejectUnauthorized: false } } : {};
    const { stream } = await io.connect(1, { timeoutNs: 5e9, ...secured });
    let back = 0;
    stream.write(Buffer.alloc(bytes));
    for await (const chunk of stream) {
      back += (chunk as Buffer).length;
      if (back === bytes) break;
    }
    await new Promise((resolve) => setTimeout(resolve, 250));
  };
}

async function outcome(caps: Pick<Cost, 'bytesIn' | 'bytesOut'>, how: { tls: boolean }) {
  const kind = kindThatRuns(sending(BYTES, how));
  const lane = new LaneHost(inProcessLane(new Map([[kind.name, kind]]), true));
  const port = await echoServer(how);
  const peer: PeerAccess = { seat: 1, host: '127.0.0.1', port, address: '127.0.0.1', family: 4, dnsNs: null };
  const cost = { durationNs: 1e9, connections: 1, payloadBytes: 0, bps: 0, packetsPerSecond: 0, rows: {}, ...caps };
  const ids = { cell: 'c', attempt: 1, part: '', kind: kind.name, role: 'initiator', seat: 0, seed: 1 };
  const seats = [{ site: 'here' }, { site: 'there' }];
  const assignment = { ...ids, shard: { index: 0, of: 1 }, options: {}, caps: cost, seats };
  const events = { record: () => undefined, tell: () => undefined };
  const { status, error } = await lane.begin('id', assignment, [peer], events).done;
  await lane.stop();
  return { status, code: error?.code };
}

describe.each([{ tls: false }, { tls: true }])('what a seat sends and receives ($tls: TLS)', (how) => {
  const enough = BYTES + OVERHEAD;

  test('is counted once', async () => {
    const caps = { bytesIn: enough, bytesOut: enough };
    expect(await outcome(caps, how)).toEqual({ status: 'completed', code: undefined });
  });

  test.each([
    ['received', { bytesIn: BYTES - 1, bytesOut: enough }],
    ['sent', { bytesIn: enough, bytesOut: BYTES - 1 }],
  ])('and is no more than agreed: what is %s', async (_, caps) => {
    expect(await outcome(caps, how)).toEqual({ status: 'failed', code: 'NETPROBE_LIMIT_EXCEEDED' });
  });

  test('is not bounded where only the path bounds it', async () => {
    expect(await outcome({ bytesIn: null, bytesOut: null }, how)).toMatchObject({ status: 'completed' });
  });
});
