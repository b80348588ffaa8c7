import { EventEmitter } from 'node:events';
import type net from 'node:net';
import { expect, it } from 'vitest';
import type { Cost } from '../contract/kind.ts';
import { Traffic } from './traffic.ts';

const CAPS: Cost = {
  durationNs: 0,
  bytesIn: 100,
  bytesOut: 50,
  connections: 1,
  payloadBytes: 0,
  bps: 0,
  packetsPerSecond: 0,
  rows: {},
};

/** As much of a socket as is looked at. */
function socket(bytesRead: number, bytesWritten: number, more: object = {}) {
  const ended: string[] = [];
  const ends = { destroy: () => ended.push('destroy'), destroySoon: () => ended.push('destroySoon') };
  const made = Object.assign(new EventEmitter(), { bytesRead, bytesWritten, ...ends, ...more });
  return { socket: made as unknown as net.Socket, close: () => made.emit('close'), ended };
}

it('counts sockets that are open and that were, and datagrams', () => {
  const traffic = new Traffic();
  const open = socket(60, 10);
  const closed = socket(30, 40);
  traffic.own(open.socket);
  traffic.own(closed.socket);
  closed.close();
  traffic.carried(10, false);
  expect(traffic.beyond(CAPS, 'tcp-echo')).toBeUndefined();
  traffic.carried(1, false);
  expect(traffic.beyond(CAPS, 'tcp-echo')).toMatchObject({
    code: 'NETPROBE_LIMIT_EXCEEDED',
    message: 'tcp-echo received more than agreed',
    expected: 'at most 100 bytes',
    found: '101 bytes',
  });
  traffic.carried(1, true);
  expect(traffic.beyond({ ...CAPS, bytesIn: 101 }, 'tcp-echo')).toMatchObject({
    message: 'tcp-echo sent more than agreed',
    expected: 'at most 50 bytes',
    found: '51 bytes',
  });
  expect(traffic.beyond({ ...CAPS, bytesIn: null, bytesOut: null }, 'tcp-echo')).toBeUndefined();
});

it('counts TLS at the socket below it', () => {
  const traffic = new Traffic();
  const tls = socket(1000, 1000, { encrypted: true });
  traffic.own(tls.socket);
  expect(traffic.beyond(CAPS, 'tcp-echo')).toBeUndefined();
  tls.close();
  expect(traffic.beyond(CAPS, 'tcp-echo')).toBeUndefined();
});

it('lets what is owed go out before it closes a socket, and nothing else', () => {
  for (const [owed, how] of [
    [true, 'destroySoon'],
    [false, 'destroy'],
  ] as const) {
    const traffic = new Traffic();
    const one = socket(0, 0);
    traffic.own(one.socket);
    traffic.end(owed);
    expect(one.ended).toEqual([how]);
  }
});
