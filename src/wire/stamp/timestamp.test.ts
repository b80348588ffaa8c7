import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readU32 } from './bytes.ts';
import {
  decodeTimestamp,
  encodeTimestamp,
  RANDOM_BITS_NS,
  readNs,
  type TimestampFormat,
  writeNtp,
} from './timestamp.ts';

const FORMATS: TimestampFormat[] = ['ntp', 'ptp'];
const S = 1_000_000_000n;

/** The first second of NTP's era 1, 2036-02-07 06:28:16 UTC, as Unix time: 2^32 − 2208988800. */
const ERA_1 = 2_085_978_496;

function written(unixSeconds: number, nanoseconds: number, random?: number): Buffer {
  const bytes = Buffer.alloc(12, 0xee);
  writeNtp(bytes, 2, unixSeconds, nanoseconds, random);
  expect([bytes.readUInt16BE(0), bytes.readUInt16BE(10)]).toEqual([0xeeee, 0xeeee]);
  return bytes.subarray(2, 10);
}

/** PTPv2 truncated, by hand. */
function ptp(seconds: number, nanoseconds: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt32BE(seconds, 0);
  bytes.writeUInt32BE(nanoseconds, 4);
  return bytes;
}

describe('an NTP timestamp', () => {
  it.each([
    // RFC 5905, figure 4; the last row is of era 1.
    ['1970-01-01', 2_208_988_800],
    ['1972-01-01', 2_272_060_800],
    ['1999-12-31', 3_155_587_200],
    ['2036-02-08', 63_104],
  ])('of %s has the seconds that RFC 5905 lists', (date, seconds) => {
    const unix = Date.parse(`${date}T00:00:00Z`) / 1000;
    expect(readU32(written(unix, 0), 0)).toBe(seconds);
    expect(encodeTimestamp('ntp', BigInt(unix) * S) >> 32n).toBe(BigInt(seconds));
    expect(decodeTimestamp('ntp', BigInt(seconds) << 32n, unix - 1e9)).toBe(BigInt(unix) * S);
  });

  it('has half a second as 2^31 and a quarter as 2^30', () => {
    expect(readU32(written(0, 500_000_000), 4)).toBe(0x8000_0000);
    expect(readU32(written(0, 250_000_000), 4)).toBe(0x4000_0000);
  });

  it('reads back to the nanosecond', () => {
    const seconds = fc.integer({ min: 0, max: 8_000_000_000 });
    const nanoseconds = fc.nat(999_999_999);
    fc.assert(
      fc.property(seconds, nanoseconds, fc.integer({ min: -9e6 + 1, max: 9e6 - 1 }), (unix, ns, away) => {
        expect(readNs(written(unix, ns), 0, 'ntp', unix + away)).toBe(-away * 1e9 + ns);
      }),
    );
  });

  it('is the same whether it is written from numbers or from one big integer', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 8_000_000_000 }), fc.nat(999_999_999), (unix, ns) => {
        expect(written(unix, ns).readBigUInt64BE()).toBe(encodeTimestamp('ntp', BigInt(unix) * S + BigInt(ns)));
      }),
      {
        examples: [
          [0, 1],
          [0, 999_999_999],
        ],
      },
    );
  });

  it('carries nanoseconds beyond their second', () => {
    expect(written(10, 2_000_000_001)).toEqual(written(12, 1));
    expect(written(10, -1)).toEqual(written(9, 999_999_999));
    expect(written(10, 999_999_999.9999999)).toEqual(Buffer.from('83aa7e8affffffff', 'hex'));
  });

  it('goes on into era 1', () => {
    expect(written(ERA_1 - 1, 999_999_999).readUInt32BE()).toBe(0xffff_ffff);
    expect(written(ERA_1, 500_000_000).toString('hex')).toBe('0000000080000000');
    expect(readNs(written(ERA_1, 5), 0, 'ntp', ERA_1 - 1)).toBe(1_000_000_005);
    expect(readNs(written(ERA_1 - 1, 5), 0, 'ntp', ERA_1 + 1)).toBe(-1_999_999_995);
  });

  it('is not zero, which would mean unknown, at the first instant of era 1', () => {
    expect(written(ERA_1, 0).toString('hex')).toBe('0000000000000001');
    expect(readNs(written(ERA_1, 0), 0, 'ntp', ERA_1)).toBe(0);
  });

  it('hides 16 random bits at its end, at the cost of less than 15.3 µs', () => {
    expect(RANDOM_BITS_NS).toBe(15_259);
    fc.assert(
      fc.property(fc.nat(999_999_999), fc.nat(0xffff), (ns, random) => {
        const bytes = written(1_800_000_000, ns, random);
        expect(bytes.readUInt16BE(6)).toBe(random);
        expect(Math.abs(readNs(bytes, 0, 'ntp', 1_800_000_000) - ns)).toBeLessThanOrEqual(RANDOM_BITS_NS);
      }),
    );
  });
});

describe('a PTP timestamp', () => {
  it('is seconds since 1970 and nanoseconds', () => {
    expect(encodeTimestamp('ptp', 1_800_000_000n * S + 7n)).toBe((1_800_000_000n << 32n) | 7n);
    expect(readNs(ptp(1_800_000_000, 7), 0, 'ptp', 1_799_999_999)).toBe(1_000_000_007);
  });

  it('goes on over the wrap of its seconds in 2106', () => {
    expect(readNs(ptp(1, 7), 0, 'ptp', 2 ** 32 - 1)).toBe(2_000_000_007);
    expect(decodeTimestamp('ptp', (1n << 32n) | 7n, 2 ** 32)).toBe((2n ** 32n + 1n) * S + 7n);
  });

  it('is invalid with a second or more of nanoseconds', () => {
    expect(readNs(ptp(100, 999_999_999), 0, 'ptp', 100)).toBe(999_999_999);
    expect(readNs(ptp(100, 1_000_000_000), 0, 'ptp', 100)).toBeNaN();
    expect(decodeTimestamp('ptp', (100n << 32n) | S, 100)).toBeUndefined();
  });
});

describe.each(FORMATS)('any timestamp (%s)', (format) => {
  it('reads back as the big integer that it was made of, from anywhere within 68 years', () => {
    const near = fc.integer({ min: -2_147_483_647, max: 2_147_483_647 });
    const unix = fc.bigInt({ min: -10_000_000_000n * S, max: 10_000_000_000n * S });
    fc.assert(
      fc.property(unix, near, (ns, away) => {
        const bits = encodeTimestamp(format, ns);
        fc.pre(bits !== 0n);
        const seconds = Number((ns - (((ns % S) + S) % S)) / S);
        expect(decodeTimestamp(format, bits, seconds + away)).toBe(ns);
      }),
    );
  });

  it('is unknown when it is zero', () => {
    expect(readNs(Buffer.alloc(8), 0, format, 0)).toBeNaN();
    expect(decodeTimestamp(format, 0n, 0)).toBeUndefined();
  });

  it('is NaN farther away than doubles count nanoseconds, exact before that', () => {
    const bytes = Buffer.alloc(8);
    bytes.writeBigUInt64BE(encodeTimestamp(format, 2_000_000_000n * S + 999_999_999n));
    expect(readNs(bytes, 0, format, 2_000_000_000 - 9_000_000)).toBe(9_000_000_999_999_999);
    expect(readNs(bytes, 0, format, 2_000_000_000 - 9_000_001)).toBeNaN();
    expect(readNs(bytes, 0, format, 2_000_000_000 + 9_000_001)).toBeNaN();
    expect(readNs(bytes, 0, format, 0)).toBeNaN();
  });

  it('is NaN beyond the end, and a safe integer or NaN for any bytes', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 12 }),
        fc.nat(12),
        fc.integer({ min: 0, max: 2 ** 33 }),
        (bytes, at, base) => {
          const ns = readNs(bytes, at, format, base);
          if (bytes.length < at + 8) expect(ns).toBeNaN();
          else expect(Number.isNaN(ns) || Number.isSafeInteger(ns)).toBe(true);
        },
      ),
    );
  });
});
