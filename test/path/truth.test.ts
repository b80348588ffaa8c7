import { expect, test } from 'vitest';
import type { PathRecord } from './log.ts';
import {
  countDirection,
  delaysNs,
  latenessNs,
  lossBursts,
  pairRoundTrips,
  pathRttsNs,
  selectFlow,
  within,
} from './truth.ts';

// Expected values are counted by hand from the records of each test.

const A_TO_B = { from: 'a', to: 'b', sourcePort: 4000, destinationPort: 7000 };
const B_TO_A = { from: 'b', to: 'a', sourcePort: 7000, destinationPort: 4000 };

function record(index: number, more: Partial<PathRecord> = {}): PathRecord {
  const inNs = more.inNs ?? index * 1000;
  const dueNs = more.dueNs === undefined ? inNs + 500 : more.dueNs;
  return {
    ...A_TO_B,
    ipVersion: 4,
    protocol: 17,
    route: 0,
    index,
    packetBytes: 92,
    payloadBytes: 64,
    inNs,
    dueNs,
    outNs: dueNs,
    fate: 'forwarded',
    payload: Uint8Array.of(index),
    ...more,
  };
}

const lost = (index: number, fate: PathRecord['fate'] = 'lost') => record(index, { fate, dueNs: null, outNs: null });
const firstByte = (payload: Uint8Array) => (payload.length === 0 ? undefined : String(payload[0]));

test('a packet is forwarded, lost or pending; a second copy is no packet', () => {
  const records = [
    record(0),
    record(0, { fate: 'duplicate' }),
    lost(1),
    lost(2, 'queue'),
    lost(3, 'blackout'),
    lost(4, 'expired'),
    lost(5, 'too-big'),
    record(6, { fate: 'pending', outNs: null }),
    record(7),
  ];
  const counts = countDirection(records);
  expect(counts).toMatchObject({ sent: 8, forwarded: 2, lost: 5, pending: 1, duplicated: 1, reordered: 0 });
  expect(counts.byFate).toMatchObject({ lost: 1, queue: 1, blackout: 1, expired: 1, 'too-big': 1 });
});

test('reordered as RFC 4737 counts it: below the next expected number', () => {
  // 4, 5 and 6 arrive while 9 is expected.
  const arrivals = [1, 2, 3, 7, 8, 4, 5, 6, 9];
  const records = arrivals.map((index, i) => record(index, { inNs: 0, outNs: 100 + i }));
  expect(countDirection(records).reordered).toBe(3);
  expect(countDirection(records.toReversed()).reordered).toBe(3);
});

test('two that leave at the same moment are in the order of the log', () => {
  const same = [record(1, { outNs: 50 }), record(0, { outNs: 50 })];
  expect(countDirection(same).reordered).toBe(1);
  expect(countDirection(same.toReversed()).reordered).toBe(0);
});

test('a second copy that comes late is not reordered, nor is what has no number', () => {
  const late = record(0, { fate: 'duplicate', outNs: 9000 });
  expect(countDirection([record(0), record(1), late]).reordered).toBe(0);
  const numbers = new Map([
    [0, 5],
    [2, 4],
  ]);
  expect(countDirection([record(0), record(1), record(2)], ({ index }) => numbers.get(index)).reordered).toBe(1);
});

test('delays are those of packets that came out, in the order of coming in', () => {
  const records = [record(1, { outNs: 1700 }), record(0, { outNs: 2000 }), record(0, { fate: 'duplicate' }), lost(2)];
  expect([...delaysNs(records)]).toEqual([2000, 700]);
  expect([...latenessNs(records)]).toEqual([200, 1500]);
});

test('a window takes its beginning and leaves its end', () => {
  const records = [0, 1, 2, 3].map((index) => record(index));
  expect(within(records, { fromNs: 1000, toNs: 3000 }).map(({ index }) => index)).toEqual([1, 2]);
});

test('bursts of loss are runs of packets that never came out, at the end too', () => {
  const records = [lost(0), record(1), lost(2), lost(3, 'queue'), record(4), record(4, { fate: 'duplicate' }), lost(5)];
  expect(lossBursts(records)).toEqual([1, 2, 1]);
  expect(lossBursts([record(0)])).toEqual([]);
});

test('a flow has the requests to a port and the replies from it', () => {
  const request = record(0);
  const reply = record(0, B_TO_A);
  const records = [
    request,
    reply,
    record(1, { protocol: 6 }),
    record(2, { destinationPort: 7001 }),
    record(3, { from: 'c' }),
    record(4, { ...B_TO_A, to: 'c' }),
  ];
  const name = { from: 'a', to: 'b', protocol: 17, port: 7000 };
  expect(selectFlow(records, name)).toEqual({ requests: [request], replies: [reply] });
  expect(selectFlow(records, { ...name, clientPort: 4001 })).toEqual({ requests: [], replies: [] });
});

test('the path RTT is the way there and the way back, without the time in between', () => {
  const request = record(0, { inNs: 0, outNs: 10_000 });
  const reply = record(0, { ...B_TO_A, inNs: 90_000, outNs: 105_000 });
  const [trip] = pairRoundTrips({ requests: [request], replies: [reply] }, firstByte);
  expect(trip).toMatchObject({ key: '0', sentNs: 0, requestPackets: 1, replyPackets: 1, pathRttNs: 25_000 });
  expect([...pathRttsNs(trip === undefined ? [] : [trip])]).toEqual([25_000]);
});

test('a trip without an end has no RTT', () => {
  const requests = [record(0), lost(1), record(2), record(3, { payload: new Uint8Array() })];
  const replies = [record(0, { ...B_TO_A, fate: 'lost', outNs: null, payload: Uint8Array.of(2) })];
  const trips = pairRoundTrips({ requests, replies }, firstByte);
  expect(trips.map(({ key, replyPackets, pathRttNs }) => ({ key, replyPackets, pathRttNs }))).toEqual([
    { key: '0', replyPackets: 0, pathRttNs: null },
    { key: '1', replyPackets: 0, pathRttNs: null },
    { key: '2', replyPackets: 1, pathRttNs: null },
  ]);
  expect(pathRttsNs(trips)).toHaveLength(0);
});

test('of a request that was sent again, the one that came out first counts', () => {
  const payload = Uint8Array.of(9);
  const requests = [
    record(0, { payload, inNs: 0, fate: 'lost', dueNs: null, outNs: null }),
    record(1, { payload, inNs: 5000, outNs: 9000 }),
    record(2, { payload, inNs: 6000, outNs: 8000 }),
    record(2, { payload, inNs: 6000, outNs: 8001, fate: 'duplicate' }),
  ];
  const replies = [record(0, { ...B_TO_A, payload, inNs: 8000, outNs: 8300 })];
  const [trip] = pairRoundTrips({ requests, replies }, firstByte);
  expect(trip).toMatchObject({ sentNs: 0, requestPackets: 3, replyPackets: 1, pathRttNs: 2300 });
});
