import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NetprobeError } from '../../contract/error.ts';
import { isSizeValid, layout, minimumSize, paddingBytes } from './layout.ts';

describe('the layout of a request', () => {
  it('is, unauthenticated, 44 + 20 bytes and padding from 68 on', () => {
    expect(layout('unauthenticated', 64)).toMatchObject({ proof: 44, token: 48, nonce: 56, padding: null, hmac: null });
    expect(layout('unauthenticated', 68)).toMatchObject({ padding: 64, hmac: null });
    expect(paddingBytes(layout('unauthenticated', 1400))).toBe(1400 - 68);
  });

  it('is, authenticated, 112 + 20 + 20 bytes, the HMAC TLV last', () => {
    expect(layout('authenticated', 152)).toMatchObject({
      proof: 112,
      token: 116,
      nonce: 124,
      padding: null,
      hmac: 132,
    });
    expect(layout('authenticated', 160)).toMatchObject({ padding: 132, hmac: 140 });
    expect(paddingBytes(layout('authenticated', 160))).toBe(4);
  });

  it('fills the size exactly', () => {
    const modes = fc.constantFrom('unauthenticated' as const, 'authenticated' as const);
    fc.assert(
      fc.property(modes, fc.integer({ min: 0, max: 70_000 }), (mode, size) => {
        if (!isSizeValid(mode, size)) {
          expect(() => layout(mode, size)).toThrow(NetprobeError);
          return;
        }
        const { padding, hmac, nonce } = layout(mode, size);
        const padded = padding === null ? 0 : 4 + paddingBytes(layout(mode, size));
        expect(nonce + 8 + padded + (hmac === null ? 0 : 20)).toBe(size);
        expect(hmac === null || hmac + 20 === size).toBe(true);
      }),
    );
  });

  it.each([
    ['unauthenticated', 64],
    ['authenticated', 152],
  ] as const)('refuses sizes that TLVs cannot fill (%s)', (mode, minimum) => {
    expect(minimumSize(mode)).toBe(minimum);
    const valid = [-1, 0, 1, 2, 3, 4, 5].filter((spare) => isSizeValid(mode, minimum + spare));
    expect(valid).toEqual([0, 4, 5]);
    expect(isSizeValid(mode, 65_507)).toBe(true);
    for (const size of [65_508, 100.5, Number.NaN]) expect(isSizeValid(mode, size)).toBe(false);
    expect(() => layout(mode, minimum + 1)).toThrow(expect.objectContaining({ code: 'NETPROBE_USAGE' }));
  });
});
