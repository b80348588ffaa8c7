import { describe, expect, it } from 'vitest';
import { isBaseAuthentic, signBase, stampKey, truncatedHmac } from './authentication.ts';
import type { StampMode } from './fields.ts';
import { decodeReflector, encodeReflector } from './reflector.ts';
import { decodeSender, encodeSender } from './sender.ts';
import { areTlvsAuthentic, signTlvs } from './tlv-hmac.ts';

// Packets made without this code: drawn from the figures of RFC 8762 and RFC 8972 by Python's struct and hmac modules,
// with the formats that stand above them. H(text) = hmac.new(bytes(range(32)), text, hashlib.sha256).digest()[:16].

const KEY = stampKey(Uint8Array.from({ length: 32 }, (_, i) => i));

const SENT = {
  sequence: 0x01020304,
  unixSeconds: 946_598_400,
  nanoseconds: 500_000_000,
  errorEstimate: 0x8a05,
  ssid: 0x1234,
};
const REPLIED = {
  sequence: 9,
  receivedSeconds: 946_598_400,
  receivedNanoseconds: 750_000_000,
  sentSeconds: 946_598_401,
  sentNanoseconds: 250_000_000,
  errorEstimate: 0x0b07,
  senderTtl: 64,
};

const GOLDEN: Record<StampMode, { request: string; reply: string }> = {
  unauthenticated: {
    // '!I II H H 28x': 0x01020304, 3155587200, 0x80000000, 0x8a05, 0x1234
    request: '01020304bc167080800000008a05123400000000000000000000000000000000000000000000000000000000',
    // '!I II H H II I II H 2x B 3x': 9, 3155587201, 0x40000000, 0x0b07, 0x1234, 3155587200, 0xc0000000,
    // 0x01020304, 3155587200, 0x80000000, 0x8a05, 64
    reply: '00000009bc167081400000000b071234bc167080c000000001020304bc167080800000008a05000040000000',
  },
  authenticated: {
    // base = '!I 12x II H H 68x' of the same values; base + H(base)
    request:
      '01020304000000000000000000000000bc167080800000008a0512340000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000de7d7a1804ba627e26f9feb65935c120',
    // base = '!I 12x II H H 4x II 8x I 12x II H 6x B 15x' of the same values; base + H(base)
    reply:
      '00000009000000000000000000000000bc167081400000000b07123400000000bc167080c0000000000000000000000001020304000000000000000000000000bc167080800000008a0500000000000040000000000000000000000000000000f85d43aa225462b4320dd2ae2e73b55e',
  },
};

describe.each(['unauthenticated', 'authenticated'] as const)('the packets of RFC 8762, %s', (mode) => {
  const request = Buffer.from(GOLDEN[mode].request, 'hex');
  const reply = Buffer.from(GOLDEN[mode].reply, 'hex');
  const blank = () => Buffer.alloc(request.length, 0xee);

  it('are written byte for byte', () => {
    const [ask, answer] = [blank(), blank()];
    encodeSender(ask, mode, SENT);
    encodeReflector(answer, request, mode, REPLIED);
    if (mode === 'authenticated') for (const packet of [ask, answer]) signBase(packet, KEY);
    expect(ask.toString('hex')).toBe(GOLDEN[mode].request);
    expect(answer.toString('hex')).toBe(GOLDEN[mode].reply);
  });

  it('are read', () => {
    expect(decodeSender(request, mode)).toEqual({
      sequence: 0x01020304,
      timestamp: 0xbc167080_80000000n,
      errorEstimate: 0x8a05,
      ssid: 0x1234,
    });
    expect(decodeReflector(reply, mode)).toEqual({
      sequence: 9,
      timestamp: 0xbc167081_40000000n,
      errorEstimate: 0x0b07,
      ssid: 0x1234,
      receiveTimestamp: 0xbc167080_c0000000n,
      senderSequence: 0x01020304,
      senderTimestamp: 0xbc167080_80000000n,
      senderErrorEstimate: 0x8a05,
      senderTtl: 64,
    });
  });
});

describe('the HMAC of STAMP', () => {
  it('is that of RFC 4231, test case 5: truncated to 128 bits', () => {
    const mac = truncatedHmac(stampKey(Buffer.alloc(20, 0x0c)), Buffer.from('Test With Truncation'));
    expect(Buffer.from(mac).toString('hex')).toBe('a3b6167473100ee06e0c796c2955552b');
  });

  it('is found right in the authenticated packets, and wrong under another key', () => {
    for (const hex of Object.values(GOLDEN.authenticated)) {
      expect(isBaseAuthentic(Buffer.from(hex, 'hex'), KEY)).toBe(true);
      expect(isBaseAuthentic(Buffer.from(hex, 'hex'), stampKey(Buffer.alloc(32, 1)))).toBe(false);
    }
  });

  it('is wrong in a packet that ends before it', () => {
    for (let length = 0; length < 112; length++) expect(isBaseAuthentic(new Uint8Array(length), KEY)).toBe(false);
  });

  it.each([
    // '!BBH8s8s', 0x80, 250, 16, b'TOKENTOK', b'NONCENON' + '!BBH4s', 0x80, 1, 4, b'PADD' + '!BBH', 0x80, 8, 16
    // + H(the request's first 4 bytes + the TLVs before)
    ['request', '80fa0010544f4b454e544f4b4e4f4e43454e4f4e80010004504144448008001080d5dc680a5a25f323f2506a934a8f98'],
    // The same with flags 0 and the reply's first 4 bytes.
    ['reply', '00fa0010544f4b454e544f4b4e4f4e43454e4f4e00010004504144440008001090f7698da1f2349ae7234d04a2e26701'],
  ] as const)('covers the sequence number and the TLVs of a %s', (which, tlvs) => {
    const packet = Buffer.from(GOLDEN.authenticated[which] + tlvs, 'hex');
    expect(areTlvsAuthentic(packet, 112, KEY)).toBe(true);
    const unsigned = Buffer.from(packet).fill(0, 144);
    expect(areTlvsAuthentic(unsigned, 112, KEY)).toBe(false);
    signTlvs(unsigned, 112, 140, KEY);
    expect(unsigned.equals(packet)).toBe(true);
  });
});
