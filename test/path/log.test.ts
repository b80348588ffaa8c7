import { expect, test } from 'vitest';
import { parseLog } from './log.ts';

// Bytes as emulator/log.h describes them, written here by hand.

const KEPT = 4;
const LINE = 52 + KEPT;

interface Line {
  times: [bigint, bigint, bigint];
  index: bigint;
  sizes: [number, number];
  ends: [number, number];
  protocol: number;
  fate: number;
  ports: [number, number];
  route: number;
  version: number;
  payload: number[];
}

const FORWARDED: Line = {
  times: [1_000_000n, 11_000_000n, 11_000_250n],
  index: 7n,
  sizes: [64, 92],
  ends: [0, 1],
  protocol: 17,
  fate: 0,
  ports: [40000, 7000],
  route: 1,
  version: 4,
  payload: [1, 2, 3, 4],
};

function head(): Buffer {
  const bytes = Buffer.alloc(28 + 2 * 32);
  bytes.write('npathlog');
  bytes.writeUInt32LE(1, 8);
  bytes.writeUInt32LE(KEPT, 12);
  bytes.writeBigInt64LE(123_456_789_012n, 16);
  bytes.writeUInt32LE(2, 24);
  bytes.write('fra', 28);
  bytes.write('par', 28 + 32);
  return bytes;
}

function line({ times, index, sizes, ends, protocol, fate, ports, route, version, payload }: Line): Buffer {
  const bytes = Buffer.alloc(LINE);
  times.forEach((time, i) => {
    bytes.writeBigInt64LE(time, 8 * i);
  });
  bytes.writeBigUInt64LE(index, 24);
  sizes.forEach((size, i) => {
    bytes.writeUInt32LE(size, 32 + 4 * i);
  });
  bytes.set([...ends, protocol, fate], 40);
  ports.forEach((port, i) => {
    bytes.writeUInt16LE(port, 44 + 2 * i);
  });
  bytes.set([route, version, payload.length], 48);
  bytes.set(payload, 52);
  return bytes;
}

function end(lines: bigint, dropped = 0n): Buffer {
  return line({ ...FORWARDED, times: [lines, -1n, -1n], index: dropped, fate: 255, payload: [] });
}

test('a log is read back', () => {
  const log = parseLog(Buffer.concat([head(), line(FORWARDED), end(1n)]));
  expect(log).toEqual({
    startNs: 123_456_789_012n,
    sites: ['fra', 'par'],
    records: [
      {
        from: 'fra',
        to: 'par',
        ipVersion: 4,
        protocol: 17,
        sourcePort: 40000,
        destinationPort: 7000,
        route: 1,
        index: 7,
        packetBytes: 92,
        payloadBytes: 64,
        inNs: 1_000_000,
        dueNs: 11_000_000,
        outNs: 11_000_250,
        fate: 'forwarded',
        payload: Buffer.of(1, 2, 3, 4),
      },
    ],
  });
});

test('a time that never came is null, and a short payload has only its own bytes', () => {
  const lost: Line = { ...FORWARDED, times: [5n, -1n, -1n], fate: 1, payload: [9] };
  const [record] = parseLog(Buffer.concat([head(), line(lost), end(1n)])).records;
  expect(record).toMatchObject({ fate: 'lost', dueNs: null, outNs: null, payload: Buffer.of(9) });
});

test('what is not a whole log is refused', () => {
  const whole = [head(), line(FORWARDED), end(1n)];
  expect(() => parseLog(Buffer.from('not a log'))).toThrow('not the log of a path');
  expect(() => parseLog(Buffer.concat(whole.slice(0, 2)))).toThrow('has no end');
  expect(() => parseLog(Buffer.concat(whole.slice(0, 1)))).toThrow('has no end');
  expect(() => parseLog(Buffer.concat([head(), line(FORWARDED), end(2n)]))).toThrow('lacks lines');
  expect(() => parseLog(Buffer.concat([head(), line(FORWARDED), end(1n, 3n)]))).toThrow(
    '3 lines of the log were dropped',
  );
});

test('a line with an unknown fate or site is refused', () => {
  for (const wrong of [{ fate: 77 }, { ends: [0, 2] }] satisfies Partial<Line>[]) {
    const bytes = Buffer.concat([head(), line({ ...FORWARDED, ...wrong } as Line), end(1n)]);
    expect(() => parseLog(bytes)).toThrow('makes no sense');
  }
});
