import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { prefaceHead } from './preface.ts';
import { handshakeProofs, sameProof, streamProof } from './proof.ts';

const SECRET = 'a secret of the tests, long enough';
const [OURS, THEIRS] = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)];
const SESSION = new Uint8Array(16).fill(3);
const KEY = new Uint8Array(32).fill(4);

describe('the proofs of a handshake', () => {
  it('are HMAC-SHA-256 over a label and both nonces', () => {
    const mac = (label: string) =>
      createHmac('sha256', SECRET).update(`netprobe 1 ${label}\0`).update(OURS).update(THEIRS).digest();
    expect(handshakeProofs(SECRET, OURS, THEIRS)).toEqual({
      controller: mac('controller'),
      agent: mac('agent'),
      sessionKey: mac('session'),
    });
  });

  it('are these bytes for these nonces, in every version', () => {
    const { controller, agent, sessionKey } = handshakeProofs(SECRET, OURS, THEIRS);
    expect([controller, agent, sessionKey].map((proof) => proof.toString('hex'))).toEqual([
      '7bb5c9594febde68bcb16c51ad89a830d5408b0a208fbe26f1623ff56c1ac9c1',
      'a8e0324486f242d67a7818605f0419821c2c5b5178fd005763b397228592bf57',
      'a2f32f943d846bf5e3738b4fb73edae13d4e25aad4209729da38e6d37a818ff7',
    ]);
  });

  it('differ from each other, with the order of the nonces, and with the secret', () => {
    const all = [
      handshakeProofs(SECRET, OURS, THEIRS),
      handshakeProofs(SECRET, THEIRS, OURS),
      handshakeProofs('', OURS, THEIRS),
    ];
    const hex = all
      .flatMap(({ controller, agent, sessionKey }) => [controller, agent, sessionKey])
      .map((proof) => proof.toString('hex'));
    expect(new Set(hex).size).toBe(9);
  });
});

describe('the proof of a stream', () => {
  it('covers its type, session and number', () => {
    const expected = createHmac('sha256', KEY)
      .update('netprobe 1 stream\0')
      .update(prefaceHead('stream', SESSION, 5));
    expect(streamProof(KEY, 'stream', SESSION, 5).equals(expected.digest())).toBe(true);
    const others = [
      streamProof(KEY, 'stream', SESSION, 5),
      streamProof(KEY, 'http', SESSION, 5),
      streamProof(KEY, 'stream', SESSION, 6),
      streamProof(KEY, 'stream', new Uint8Array(16), 5),
      streamProof(new Uint8Array(32), 'stream', SESSION, 5),
    ];
    expect(new Set(others.map((proof) => proof.toString('hex'))).size).toBe(5);
  });
});

it('proofs are the same only byte for byte and at the same length', () => {
  const proof = fc.uint8Array({ maxLength: 40 });
  fc.assert(fc.property(proof, proof, (a, b) => sameProof(a, b) === Buffer.from(a).equals(b)));
  fc.assert(fc.property(proof, (a) => sameProof(a, Uint8Array.from(a)) && !sameProof(a, Uint8Array.of(...a, 0))));
});
