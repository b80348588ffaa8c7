import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NetprobeError } from '../contract/error.ts';
import {
  ANSWER_BYTES,
  ANSWERS,
  CHALLENGE_BYTES,
  decodeAnswer,
  decodeChallenge,
  encodeAnswer,
  encodeChallenge,
  NONCE_BYTES,
  STREAM_ACK,
} from './challenge.ts';
import { PREFACE_BYTES } from './preface.ts';

const nonce = fc.uint8Array({ minLength: NONCE_BYTES, maxLength: NONCE_BYTES });
const version = fc.integer({ min: 0, max: 255 });
const GARBAGE = expect.objectContaining({ code: 'NETPROBE_AGENT_GARBAGE', origin: 'agent' });

function throwsOnlyNetprobeErrors(decode: (bytes: Uint8Array) => unknown) {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (given) => {
      try {
        decode(given);
      } catch (error) {
        expect(error).toBeInstanceOf(NetprobeError);
      }
    }),
  );
}

describe('a challenge', () => {
  it('decodes to what was encoded', () => {
    const challenge = fc.record({ minVersion: version, maxVersion: version, nonce });
    fc.assert(
      fc.property(challenge, (given) => {
        expect(decodeChallenge(encodeChallenge(given))).toEqual(given);
      }),
    );
  });

  it('has the layout that is drawn, and fewer bytes than the preface that it answers', () => {
    const encoded = encodeChallenge({ minVersion: 1, maxVersion: 3, nonce: new Uint8Array(32).fill(0xcd) });
    expect(encoded.toString('hex')).toBe(`004e505242010300${'cd'.repeat(32)}${'00'.repeat(8)}`);
    expect(CHALLENGE_BYTES).toBeLessThan(PREFACE_BYTES);
  });

  it('that is something else names what listens there', () => {
    for (const other of [
      Buffer.alloc(CHALLENGE_BYTES),
      Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'),
      Buffer.alloc(0),
    ])
      expect(() => decodeChallenge(other)).toThrow(GARBAGE);
    throwsOnlyNetprobeErrors(decodeChallenge);
  });
});

describe('an answer', () => {
  it('decodes to what was encoded', () => {
    fc.assert(
      fc.property(fc.constantFrom(...ANSWERS), nonce, (answer, proof) => {
        expect(decodeAnswer(encodeAnswer(answer, proof))).toEqual({ answer, proof });
      }),
    );
  });

  it('has the layout that is drawn, and shows no proof unless accepted', () => {
    const proof = new Uint8Array(32).fill(0xef);
    expect(encodeAnswer('accepted', proof).toString('hex')).toBe(`004e505242000000${'ef'.repeat(32)}`);
    expect(encodeAnswer('denied').toString('hex')).toBe(`004e505242010000${'00'.repeat(32)}`);
    expect(encodeAnswer('busy').toString('hex')).toBe(`004e505242020000${'00'.repeat(32)}`);
  });

  it('of an unknown status, or something else, is garbage', () => {
    const unknown = encodeAnswer('accepted');
    unknown[5] = 3;
    for (const other of [unknown, Buffer.alloc(ANSWER_BYTES)]) expect(() => decodeAnswer(other)).toThrow(GARBAGE);
    throwsOnlyNetprobeErrors(decodeAnswer);
  });
});

it('a stream is acknowledged with eight fixed bytes', () => {
  expect(STREAM_ACK.toString('hex')).toBe('004e505242010000');
});
