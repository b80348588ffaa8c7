import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BASE_BYTES, type StampMode } from './fields.ts';
import {
  decodeReflector,
  echoedSequence,
  encodeReflector,
  receivedNs,
  reflectorSequence,
  senderTtl,
  sentNs,
} from './reflector.ts';
import { decodeSender, encodeSender } from './sender.ts';
import { encodeTimestamp } from './timestamp.ts';

const MODES: StampMode[] = ['unauthenticated', 'authenticated'];
const u32 = fc.integer({ min: 0, max: 0xffff_ffff });
const u16 = fc.nat(0xffff);
const nanoseconds = fc.nat(999_999_999);
const NTP = 0xbfff;

function unixNs(seconds: number, ns: number): bigint {
  return BigInt(seconds) * 1_000_000_000n + BigInt(ns);
}

describe.each(MODES)('base packets, %s', (mode) => {
  const bytes = BASE_BYTES[mode];

  it('are read as they were written, in either direction', () => {
    fc.assert(
      fc.property(
        u32,
        u32,
        nanoseconds,
        u16,
        u16,
        u32,
        nanoseconds,
        fc.nat(255),
        (seq, s, ns, ee, ssid, own, held, ttl) => {
          const request = Buffer.alloc(bytes, 0xee);
          const reply = Buffer.alloc(bytes, 0xee);
          const t1 = { unixSeconds: s, nanoseconds: ns };
          encodeSender(request, mode, { sequence: seq, ...t1, errorEstimate: ee & NTP, ssid });
          const timestamp = encodeTimestamp('ntp', unixNs(s, ns));
          const errorEstimate = ee & NTP;
          expect(decodeSender(request, mode)).toEqual({ sequence: seq, timestamp, errorEstimate, ssid });
          encodeReflector(reply, request, mode, {
            sequence: own,
            receivedSeconds: s,
            receivedNanoseconds: ns,
            sentSeconds: s + 1,
            sentNanoseconds: held,
            errorEstimate: 0x0101,
            senderTtl: ttl,
          });
          expect(decodeReflector(reply, mode)).toEqual({
            sequence: own,
            timestamp: encodeTimestamp('ntp', unixNs(s + 1, held)),
            errorEstimate: 0x0101,
            ssid,
            receiveTimestamp: timestamp,
            senderSequence: seq,
            senderTimestamp: timestamp,
            senderErrorEstimate: errorEstimate,
            senderTtl: ttl,
          });
          expect(echoedSequence(reply, mode)).toBe(seq);
          expect(reflectorSequence(reply, mode)).toBe(own);
          expect(receivedNs(reply, mode, s)).toBe(ns);
          expect(sentNs(reply, mode, s)).toBe(1e9 + held);
          expect(senderTtl(reply, mode)).toBe(ttl);
        },
      ),
    );
  });

  it('have zeros where they must, whatever the memory held before', () => {
    const request = Buffer.alloc(bytes, 0xff);
    encodeSender(request, mode, { sequence: 0, unixSeconds: 0, nanoseconds: 0, errorEstimate: 1, ssid: 0 });
    // The epoch of 1970 in NTP seconds (83aa7e80) and the multiplier are all that is left.
    expect(Buffer.from(request.filter((byte) => byte !== 0)).toString('hex')).toBe('83aa7e8001');
  });

  it('count sequence numbers over the wrap', () => {
    const request = Buffer.alloc(bytes);
    const fields = { unixSeconds: 0, nanoseconds: 0, errorEstimate: 1, ssid: 0 };
    encodeSender(request, mode, { ...fields, sequence: 2 ** 32 - 1 });
    expect(decodeSender(request, mode)).toMatchObject({ sequence: 2 ** 32 - 1 });
    encodeSender(request, mode, { ...fields, sequence: 2 ** 32 });
    expect(decodeSender(request, mode)).toMatchObject({ sequence: 0 });
  });

  it('are read from arbitrary bytes of any length, or said to be truncated', () => {
    const least = mode === 'authenticated' ? 112 : 38;
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 130 }), (any) => {
        expect(decodeSender(any, mode) === 'truncated').toBe(any.length < bytes);
        expect(decodeReflector(any, mode) === 'truncated').toBe(any.length < least);
        expect(echoedSequence(any, mode) === undefined).toBe(any.length < least);
        receivedNs(any, mode, 1_800_000_000);
        sentNs(any, mode, 1_800_000_000);
        senderTtl(any, mode);
      }),
    );
  });

  it('take nothing from beyond their end', () => {
    const memory = Buffer.alloc(200, 0xff);
    for (let length = 0; length < 130; length++) {
      const packet = memory.fill(0, 0, length).fill(0xff, length).subarray(0, length);
      const values = [decodeSender(packet, mode), decodeReflector(packet, mode)].flatMap((read) =>
        read === 'truncated' ? [] : Object.values(read),
      );
      for (const value of values) expect([0, 0n, null]).toContain(value);
    }
  });
});

describe('a reply of an older reflector', () => {
  it.each([38, 39, 40, 41, 44])('of %i bytes is read', (length) => {
    const packet = Buffer.alloc(length, 7);
    expect(decodeReflector(packet, 'unauthenticated')).toMatchObject({
      senderErrorEstimate: 0x0707,
      senderTtl: length > 40 ? 7 : null,
    });
  });

  it('in PTP format is read by the Z bit of its error estimate', () => {
    const packet = Buffer.alloc(44);
    packet.writeUInt16BE(0x4001, 12);
    packet.writeUInt32BE(1_800_000_000, 16);
    packet.writeUInt32BE(5, 20);
    packet.writeUInt32BE(1_800_000_001, 4);
    packet.writeUInt32BE(6, 8);
    expect(receivedNs(packet, 'unauthenticated', 1_800_000_000)).toBe(5);
    expect(sentNs(packet, 'unauthenticated', 1_800_000_000)).toBe(1_000_000_006);
  });
});
