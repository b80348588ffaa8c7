import { describe, expect, it } from 'vitest';
import { prepareRequest } from './packet.ts';
import { openSession, refreshPadding, type SessionTerms } from './session.ts';

const GOOD: SessionTerms = {
  mode: 'unauthenticated',
  size: 64,
  ssid: 77,
  token: new Uint8Array(8),
  secret: null,
  errorEstimate: 0x0101,
};
const SIGNED: SessionTerms = { ...GOOD, mode: 'authenticated', size: 152, secret: new Uint8Array(32) };

describe('a session', () => {
  it('refuses terms that contradict themselves', () => {
    const bad: SessionTerms[] = [
      { ...GOOD, ssid: 0 },
      { ...GOOD, ssid: 65_536 },
      { ...GOOD, token: new Uint8Array(7) },
      { ...GOOD, secret: new Uint8Array(32) },
      { ...GOOD, errorEstimate: 0x4001 },
      { ...SIGNED, secret: null },
    ];
    for (const each of bad)
      expect(() => openSession(each)).toThrow(expect.objectContaining({ code: 'NETPROBE_INTERNAL' }));
    const empty = { ...SIGNED, secret: new Uint8Array(0) };
    for (const each of [{ ...GOOD, size: 66 }, empty])
      expect(() => openSession(each)).toThrow(expect.objectContaining({ code: 'NETPROBE_USAGE' }));
  });

  it('pads with random bytes, others when they are refreshed, and touches nothing else', () => {
    const session = openSession({ ...GOOD, size: 1000 });
    const before = Buffer.from(session.template);
    refreshPadding(session);
    expect(before.subarray(0, 68).equals(session.template.subarray(0, 68))).toBe(true);
    expect(before.subarray(68).equals(session.template.subarray(68))).toBe(false);
    expect(new Set(before.subarray(68)).size).toBeGreaterThan(200);
  });

  it('never repeats a nonce, however often the random bytes are drawn anew', () => {
    const session = openSession(GOOD);
    const nonces = Array.from({ length: 5000 }, (_, i) => {
      const request = Buffer.alloc(64);
      prepareRequest(request, session, i);
      return request.toString('hex', 56);
    });
    expect(new Set(nonces).size).toBe(5000);
  });
});
