import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PROOF_HEADER, parseOpening, proofHeader, relativePath, sessionOf, sessionPath } from './http-session.ts';

const SESSION = Uint8Array.from({ length: 16 }, (_, i) => 0xf0 + i);
const HEX = Buffer.from(SESSION).toString('hex');
const PROOF = new Uint8Array(32).fill(0xab);
const CLAIM = proofHeader(7, PROOF);

function head(requestLine: string, ...headers: string[]): string {
  return [requestLine, ...headers, '', ''].join('\r\n');
}
const LINE = `GET ${sessionPath(SESSION)}download?bytes=1 HTTP/1.1`;

describe('what the first request of an HTTP connection claims', () => {
  it('is read back as it was written', () => {
    const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
    fc.assert(
      fc.property(bytes(16), fc.integer({ min: 0, max: 0xffffffff }), bytes(32), (session, stream, proof) => {
        const request = head(
          `POST ${sessionPath(session)} HTTP/1.1`,
          'Host: here',
          `${PROOF_HEADER}: ${proofHeader(stream, proof)}`,
        );
        expect(parseOpening(request)).toEqual({
          session: Buffer.from(session).toString('hex'),
          stream,
          proof: Buffer.from(proof),
        });
      }),
    );
  });

  it('is written in this form', () => {
    expect(sessionPath(SESSION)).toBe(`/netprobe/${HEX}/`);
    expect(CLAIM).toBe(`7.${'ab'.repeat(32)}`);
    expect(PROOF_HEADER).toBe('netprobe-proof');
  });

  it.each([
    ['header names in other letters', head(LINE, `NetProbe-Proof: ${CLAIM}`)],
    ['no space before the value', head(LINE, `netprobe-proof:${CLAIM}`)],
    ['other headers around it', head(LINE, 'Host: a', `netprobe-proof: ${CLAIM}`, 'X-Netprobe-Proof: 1.2')],
  ])('is taken with %s', (_, request) => {
    expect(parseOpening(request)).toMatchObject({ session: HEX, stream: 7 });
  });

  it.each([
    ['nothing', ''],
    ['no proof', head(LINE, 'Host: a')],
    ['two proofs', head(LINE, `netprobe-proof: ${CLAIM}`, `netprobe-proof: ${CLAIM}`)],
    ['two proofs in other letters', head(LINE, `netprobe-proof: ${CLAIM}`, `NETPROBE-PROOF: ${CLAIM}`)],
    ['a bare line feed before the proof', head(LINE, `Host: a\nnetprobe-proof: ${CLAIM}`)],
    ['a bare line feed after the proof', head(LINE, `netprobe-proof: ${CLAIM}\nHost: a`)],
    ['bare line feeds everywhere', `${LINE}\nnetprobe-proof: ${CLAIM}\n\n`],
    ['a bare line feed in the request line', head(`GET ${sessionPath(SESSION)}\nHTTP/1.1`, `netprobe-proof: ${CLAIM}`)],
    ['a folded header', head(LINE, 'Host: a', ` netprobe-proof: ${CLAIM}`)],
    ['two spaces before the value', head(LINE, `netprobe-proof:  ${CLAIM}`)],
    ['a tab before the value', head(LINE, `netprobe-proof:\t${CLAIM}`)],
    ['a space after the value', head(LINE, `netprobe-proof: ${CLAIM} `)],
    ['a space before the colon', head(LINE, `netprobe-proof : ${CLAIM}`)],
    ['a method in small letters', head(LINE.replace('GET', 'get'), `netprobe-proof: ${CLAIM}`)],
    ['a leading space', head(` ${LINE}`, `netprobe-proof: ${CLAIM}`)],
    ['an empty line first', head('', LINE, `netprobe-proof: ${CLAIM}`)],
    ['HTTP/1.0', head(LINE.replace('1.1', '1.0'), `netprobe-proof: ${CLAIM}`)],
    ['HTTP/2', head('PRI * HTTP/2.0', `netprobe-proof: ${CLAIM}`)],
    ['no version', head(LINE.replace(' HTTP/1.1', ''), `netprobe-proof: ${CLAIM}`)],
    ['an absolute URL', head(LINE.replace(' /', ' http://a/'), `netprobe-proof: ${CLAIM}`)],
    ['a path with two slashes', head(LINE.replace(' /', ' //'), `netprobe-proof: ${CLAIM}`)],
    ['a session in capitals', head(LINE.replace(HEX, HEX.toUpperCase()), `netprobe-proof: ${CLAIM}`)],
    ['a session too short', head(LINE.replace(HEX, HEX.slice(1)), `netprobe-proof: ${CLAIM}`)],
    ['a session too long', head(LINE.replace(HEX, `${HEX}0`), `netprobe-proof: ${CLAIM}`)],
    ['a stream number beyond 32 bits', head(LINE, `netprobe-proof: 4294967296.${'ab'.repeat(32)}`)],
    ['a huge stream number', head(LINE, `netprobe-proof: ${'9'.repeat(400)}.${'ab'.repeat(32)}`)],
    ['a negative stream number', head(LINE, `netprobe-proof: -1.${'ab'.repeat(32)}`)],
    ['a stream number with an exponent', head(LINE, `netprobe-proof: 1e3.${'ab'.repeat(32)}`)],
    ['a proof too short', head(LINE, `netprobe-proof: 7.${'ab'.repeat(31)}`)],
    ['a proof too long', head(LINE, `netprobe-proof: 7.${'ab'.repeat(33)}`)],
    ['a proof that is not hex', head(LINE, `netprobe-proof: 7.${'zz'.repeat(32)}`)],
  ])('is turned away with %s', (_, request) => {
    expect(parseOpening(request)).toBeUndefined();
  });

  it('that is any text never throws', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        parseOpening(text);
        parseOpening(head(LINE, `netprobe-proof: ${text}`));
        expect(sessionOf(text)).toBeUndefined();
      }),
    );
  });
});

it('paths are made relative to their session', () => {
  expect(relativePath(`${sessionPath(SESSION)}x?y=1`)).toBe('/x?y=1');
  expect(sessionOf(`${sessionPath(SESSION)}x`)).toBe(HEX);
  expect(sessionOf(`/netprobe/${HEX}`)).toBeUndefined();
});
