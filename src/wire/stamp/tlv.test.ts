import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stampKey } from './authentication.ts';
import { reflectTlvs, UNDERSTOOD } from './reflect-tlvs.ts';
import { findTlv, nextTlv, PROOF, tlvHeader, tlvLength, tlvType, writeTlvHeader } from './tlv.ts';
import { areTlvsAuthentic, signTlvs } from './tlv-hmac.ts';

const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex');
const KEY = stampKey(Buffer.alloc(32, 5));

/** What becomes of TLVs behind a base packet of 2 bytes. */
function reflected(tlvs: string, integrityFailed = false): string {
  const request = hex(`abcd ${tlvs}`);
  const reply = Buffer.alloc(request.length + 3, 0xee);
  reflectTlvs(request, reply, 2, UNDERSTOOD, integrityFailed);
  expect(reply.subarray(request.length).toString('hex')).toBe('eeeeee');
  return reply.subarray(2, request.length).toString('hex');
}

describe('a TLV', () => {
  it('has its flags, type and length in the first four bytes (RFC 8972, figure 3)', () => {
    const packet = Buffer.alloc(6);
    writeTlvHeader(packet, 1, 0x80, PROOF, 0x0102);
    expect(packet.toString('hex')).toBe('0080fa010200');
    expect(tlvHeader(0x80, PROOF, 0x0102)).toBe(0x80fa0102);
    expect([tlvType(packet, 1), tlvLength(packet, 1)]).toEqual([PROOF, 0x0102]);
  });

  it('is of the range for experiments, where a value needs no enterprise number', () => {
    expect(PROOF).toBeGreaterThanOrEqual(240);
    expect(PROOF).toBeLessThanOrEqual(251);
  });

  it('ends within the packet or is malformed', () => {
    const packet = hex('80010002aabb 80010001');
    expect(nextTlv(packet, 0)).toBe(6);
    expect(nextTlv(packet, 6)).toBe(0);
    expect(nextTlv(hex('800100'), 0)).toBe(0);
    expect(nextTlv(hex('80010000'), 0)).toBe(4);
  });

  it('is found behind others, but not behind a malformed one, in zero padding, or with the wrong length', () => {
    const proof = '80fa0010 000102030405060708090a0b0c0d0e0f';
    expect(findTlv(hex(`abcd 80010002aabb ${proof}`), 2, PROOF)).toBe(8);
    expect(findTlv(hex(`abcd 80010099aabb ${proof}`), 2, PROOF)).toBe(0);
    expect(findTlv(hex(`abcd 00000000 ${proof}`), 2, PROOF)).toBe(0);
    expect(findTlv(hex('abcd 80fa0002 aabb'), 2, PROOF)).toBe(0);
    expect(findTlv(hex('abcd'), 2, PROOF)).toBe(0);
  });

  it('is looked for in arbitrary bytes without end or error', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), fc.nat(90), fc.nat(255), (packet, base, type) => {
        const at = findTlv(packet, base, type);
        if (at !== 0) expect(tlvType(packet, at)).toBe(type);
        areTlvsAuthentic(packet, base, KEY);
      }),
    );
  });
});

describe('a reflector', () => {
  it('clears U on what it understands and sets it on the rest', () => {
    expect(reflected('80010001aa 80080010 000102030405060708090a0b0c0d0e0f 80f90000 80040004 0a0b0c0d')).toBe(
      '00010001aa00080010000102030405060708090a0b0c0d0e0f80f90000800400040a0b0c0d',
    );
  });

  it.each([
    ['beyond the packet', '80010000 80f90009aabb 80010000', '00010000c0f90009aabb80010000'],
    ['wrong for its type', '8004000500000000ff 80010000', 'c004000500000000ff80010000'],
    ['without a whole header', '80010000 8001', '000100004001'],
    ['wrong for our own type', '80fa0002aabb', '40fa0002aabb'],
  ])('sets M on a length %s and copies the rest as it is', (_, tlvs, expected) => {
    expect(reflected(tlvs)).toBe(expected);
  });

  it('overwrites flags that a sender must not set, and reserved ones', () => {
    expect(reflected('7f010000 ff f90000')).toBe('0001000080f90000');
  });

  it('sets I on every TLV when their HMAC was wrong', () => {
    expect(reflected('80010000 80f90000', true)).toBe('20010000a0f90000');
  });

  it('leaves zero padding as it is', () => {
    expect(reflected('80010000 00000000 0000')).toBe('00010000000000000000');
  });

  it('changes nothing but flags, for arbitrary bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 2, maxLength: 80 }), (request) => {
        const reply = new Uint8Array(request.length);
        reflectTlvs(request, reply, 2, UNDERSTOOD, false);
        const flags = new Set<number>();
        for (let at = 2, next = 2; next > 0 && at < request.length; at = next) {
          flags.add(at);
          next = nextTlv(request, at);
        }
        for (const [at, byte] of request.entries()) if (!flags.has(at)) expect(reply[at]).toBe(byte);
      }),
    );
  });
});

describe('the HMAC TLV', () => {
  const HMAC = `80080010 ${'00'.repeat(16)}`;

  /** Signs the HMAC TLV at an offset of a packet with a base of 4 bytes. */
  function signed(tlvs: string, at: number): Buffer {
    const packet = hex(`00000001 ${tlvs}`);
    signTlvs(packet, 4, at, KEY);
    return packet;
  }

  it('may be followed by padding, and by nothing else', () => {
    expect(areTlvsAuthentic(signed(`80f90000 ${HMAC}`, 8), 4, KEY)).toBe(true);
    expect(areTlvsAuthentic(signed(`80f90000 ${HMAC} 80010001aa 80010000`, 8), 4, KEY)).toBe(true);
    expect(areTlvsAuthentic(signed(`80f90000 ${HMAC} 00000000`, 8), 4, KEY)).toBe(true);
    expect(areTlvsAuthentic(signed(`80f90000 ${HMAC} 80f90000`, 8), 4, KEY)).toBe(false);
    expect(areTlvsAuthentic(signed(`80f90000 ${HMAC} 80010009`, 8), 4, KEY)).toBe(false);
  });

  it('is missed behind anything but one padding TLV', () => {
    expect(areTlvsAuthentic(hex('00000001'), 4, KEY)).toBe(true);
    expect(areTlvsAuthentic(hex('00000001 80010001aa'), 4, KEY)).toBe(true);
    expect(areTlvsAuthentic(hex('00000001 00000000'), 4, KEY)).toBe(true);
    expect(areTlvsAuthentic(hex('00000001 80010000 80010000'), 4, KEY)).toBe(false);
    expect(areTlvsAuthentic(hex('00000001 80f90000'), 4, KEY)).toBe(false);
    expect(areTlvsAuthentic(hex('00000001 80010009'), 4, KEY)).toBe(false);
  });

  it('binds the TLVs to the sequence number', () => {
    const packet = signed(`80f90000 ${HMAC}`, 8);
    packet[3] = 2;
    expect(areTlvsAuthentic(packet, 4, KEY)).toBe(false);
  });
});
