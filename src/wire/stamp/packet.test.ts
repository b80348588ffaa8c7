import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stampKey } from './authentication.ts';
import { REFLECTOR, SENDER, type StampMode } from './fields.ts';
import { matchReply, prepareRequest, stampRequest, writeRequest } from './packet.ts';
import { receivedNs, sentNs } from './reflector.ts';
import { checkRequest, writeReply } from './responder.ts';
import { openSession } from './session.ts';
import { RANDOM_BITS_NS, readNs } from './timestamp.ts';

const NOW = 1_800_000_000;
const TOKEN = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
const SECRET = new Uint8Array(32).fill(9);
const ANSWER = {
  sequence: 3,
  receivedSeconds: NOW,
  receivedNanoseconds: 600_000_000,
  sentSeconds: NOW,
  sentNanoseconds: 600_050_000,
  errorEstimate: 0x8a05,
  senderTtl: 255,
};

const SHAPES = [
  ['unauthenticated', 64],
  ['unauthenticated', 100],
  ['authenticated', 152],
  ['authenticated', 200],
] as const;

/** A request and the reply that our responder makes of it. */
function exchange(mode: StampMode, size: number, sequence = 5) {
  const secret = mode === 'authenticated' ? SECRET : null;
  const session = openSession({ mode, size, ssid: 77, token: TOKEN, secret, errorEstimate: 0x0101 });
  const request = Buffer.alloc(size, 0xee);
  const reply = Buffer.alloc(size, 0xee);
  writeRequest(request, session, sequence, NOW, 500_000_000);
  expect(writeReply(session, request, reply, ANSWER)).toBe(size);
  return { session, request, reply };
}

/** The packet with each bit wrong in turn. */
function* flips(packet: Buffer): Generator<[number, Buffer]> {
  for (let bit = 0; bit < packet.length * 8; bit++) {
    const wrong = Buffer.from(packet);
    wrong[bit >> 3] = (wrong[bit >> 3] ?? 0) ^ (0x80 >> (bit & 7));
    yield [bit, wrong];
  }
}

describe.each(SHAPES)('an exchange between two of us, %s, %i bytes', (mode, size) => {
  it('is a request that is accepted and a reply that matches', () => {
    const { session, request, reply } = exchange(mode, size);
    expect(checkRequest(session, request)).toBe('request');
    expect(matchReply(session, request, reply)).toBe('match');
    expect(matchReply(session, request, reply, 'foreign')).toBe('match');
    expect(receivedNs(reply, mode, NOW)).toBe(600_000_000);
    expect(sentNs(reply, mode, NOW)).toBe(600_050_000);
  });

  it('goes on over the wrap of sequence numbers', () => {
    const last = exchange(mode, size, 2 ** 32 - 1);
    const wrapped = exchange(mode, size, 2 ** 32);
    expect(last.request.readUInt32BE(0)).toBe(2 ** 32 - 1);
    expect(wrapped.request.readUInt32BE(0)).toBe(0);
    expect(matchReply(wrapped.session, wrapped.request, wrapped.reply)).toBe('match');
    expect(matchReply(last.session, last.request, wrapped.reply)).not.toBe('match');
  });

  it('has a T1 that is right but for random bits, and no two requests alike', () => {
    const { session, request } = exchange(mode, size);
    const again = Buffer.alloc(size);
    prepareRequest(again, session, 5);
    stampRequest(again, session, NOW, 500_000_000);
    const t1 = readNs(request, SENDER[mode].timestamp, 'ntp', NOW);
    expect(Math.abs(t1 - 500_000_000)).toBeLessThanOrEqual(RANDOM_BITS_NS);
    expect(again.subarray(0, 4).equals(request.subarray(0, 4))).toBe(true);
    const { nonce } = session.layout;
    expect(again.subarray(nonce, nonce + 8).equals(request.subarray(nonce, nonce + 8))).toBe(false);
    expect(matchReply(session, again, exchange(mode, size).reply)).not.toBe('match');
  });

  it('is never answered with more bytes, and not at all when there is no room', () => {
    const { session, request } = exchange(mode, size);
    const roomy = Buffer.alloc(size + 10, 0xee);
    expect(writeReply(session, request, roomy, ANSWER)).toBe(size);
    expect(roomy.subarray(size).every((byte) => byte === 0xee)).toBe(true);
    expect(writeReply(session, request, Buffer.alloc(size - 1), ANSWER)).toBe(0);
    expect(writeReply(session, request.subarray(0, session.layout.proof - 1), roomy, ANSWER)).toBe(0);
  });

  it('does not stand a cut or an extension, at any length', () => {
    const { session, request, reply } = exchange(mode, size);
    for (let length = 0; length < size; length++) {
      expect(checkRequest(session, request.subarray(0, length))).toBe('truncated');
      expect(matchReply(session, request, reply.subarray(0, length))).toBe('truncated');
    }
    const longer = Buffer.concat([reply, Buffer.alloc(1)]);
    expect(matchReply(session, request, longer)).toBe('oversized');
    expect(matchReply(session, request, longer, 'foreign')).toBe('oversized');
    expect(checkRequest(session, longer)).toBe('oversized');
  });

  it('takes arbitrary bytes for nothing of it', () => {
    const { session, request } = exchange(mode, size);
    fc.assert(
      fc.property(fc.uint8Array({ minLength: size, maxLength: size }), (any) => {
        expect(matchReply(session, request, any)).toBe('not-stamp');
        expect(checkRequest(session, any)).toBe('not-stamp');
        expect(writeReply(session, any, Buffer.alloc(size), ANSWER, 'unchecked')).toBe(size);
      }),
    );
  });
});

describe('a spoilt bit', () => {
  it.each([152, 160])('anywhere in an authenticated packet of %i bytes is noticed, on either side', (size) => {
    const { session, request, reply } = exchange('authenticated', size);
    for (const [bit, wrong] of flips(reply)) {
      expect(['unauthenticated', 'not-stamp'], `reply, bit ${bit}`).toContain(matchReply(session, request, wrong));
    }
    for (const [bit, wrong] of flips(request))
      expect(checkRequest(session, wrong), `request, bit ${bit}`).not.toBe('request');
  });

  it('in what an unauthenticated reply echoes makes it forged; in the reflector’s own fields it cannot be seen', () => {
    const { session, request, reply } = exchange('unauthenticated', 64);
    const unseen = [...flips(reply)].filter(([, wrong]) => matchReply(session, request, wrong) === 'match');
    const bytes = [...new Set(unseen.map(([bit]) => bit >> 3))];
    // Own sequence number, T3, error estimate; T2; the zeros and the TTL after the echoed error estimate.
    expect(bytes).toEqual([...range(0, 14), ...range(16, 24), ...range(38, 44)]);
  });

  it('in T1’s 16 random bits, which no two requests share for long, is enough', () => {
    const t1 = Array.from({ length: 50 }, () => exchange('unauthenticated', 64).request.readUInt16BE(10));
    expect(new Set(t1).size).toBeGreaterThan(45);
    const { session, request, reply } = exchange('unauthenticated', 64);
    const at = REFLECTOR.unauthenticated.senderTimestamp + 7;
    reply[at] = (reply[at] ?? 0) ^ 1;
    expect(matchReply(session, request, reply, 'foreign')).toBe('forged');
  });
});

describe('a wrong key', () => {
  it('is noticed by either side', () => {
    const { session, request, reply } = exchange('authenticated', 152);
    const stranger = { ...session, key: stampKey(new Uint8Array(32).fill(8)) };
    expect(checkRequest(stranger, request)).toBe('unauthenticated');
    expect(matchReply(stranger, request, reply)).toBe('unauthenticated');
    expect(matchReply(stranger, request, reply, 'foreign')).toBe('unauthenticated');
  });
});

describe('a responder', () => {
  it('answers only its own session', () => {
    const { session, request } = exchange('unauthenticated', 64);
    expect(checkRequest({ ...session, ssid: 78 }, request)).toBe('other-session');
  });

  it('tells a stranger whose TLVs’ HMAC is wrong so, under the right HMAC of the base packet', () => {
    const { session, request, reply } = exchange('authenticated', 152);
    request[150] = (request[150] ?? 0) ^ 1;
    writeReply(session, request, reply, ANSWER, 'unchecked');
    expect([reply[112], reply[132]]).toEqual([0x20, 0x20]);
    expect(reply.subarray(136).equals(request.subarray(136))).toBe(true);
    expect(matchReply(session, request, reply, 'foreign')).toBe('match');
    expect(matchReply(session, request, reply)).toBe('unauthenticated');
  });
});

describe.each([SHAPES[0], SHAPES[3]])('a reply of a foreign reflector, %s, %i bytes', (mode, size) => {
  const base = mode === 'authenticated' ? 112 : 44;

  it('may be cut, zeroed or copied behind its base packet, and lack a session identifier when unauthenticated', () => {
    const { session, request, reply } = exchange(mode, size);
    const copied = Buffer.concat([reply.subarray(0, base), request.subarray(base)]);
    const zeroed = Buffer.concat([reply.subarray(0, base), Buffer.alloc(size - base)]);
    for (const packet of [copied, zeroed, reply.subarray(0, base), reply.subarray(0, base + 7)]) {
      expect(matchReply(session, request, packet, 'foreign')).toBe('match');
      expect(matchReply(session, request, packet)).not.toBe('match');
    }
  });

  it('is forged when the nonce came back as another', () => {
    const { session, request, reply } = exchange(mode, size);
    reply[session.layout.nonce] = (reply[session.layout.nonce] ?? 0) ^ 1;
    expect(matchReply(session, request, reply, 'foreign')).toBe('forged');
  });

  it('is truncated below what a measurement needs', () => {
    const { session, request, reply } = exchange(mode, size);
    const least = mode === 'authenticated' ? 112 : 38;
    expect(matchReply(session, request, reply.subarray(0, least), 'foreign')).toBe('match');
    expect(matchReply(session, request, reply.subarray(0, least - 1), 'foreign')).toBe('truncated');
  });
});

describe('a session identifier', () => {
  it('may come back as zero from a foreign reflector only', () => {
    const { session, request, reply } = exchange('unauthenticated', 64);
    reply.writeUInt16BE(0, 14);
    expect(matchReply(session, request, reply, 'foreign')).toBe('match');
    expect(matchReply(session, request, reply)).toBe('forged');
    reply.writeUInt16BE(78, 14);
    expect(matchReply(session, request, reply, 'foreign')).toBe('forged');
  });
});

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, i) => from + i);
}
