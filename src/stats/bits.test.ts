import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bitAt, bitsOf, pairsAt, popcount } from './bits.ts';

const flags = fc.array(fc.boolean(), { minLength: 1, maxLength: 200 });

describe('bits', () => {
  it('are what was asked, in order, and counted', () => {
    fc.assert(
      fc.property(flags, (of) => {
        const bits = bitsOf(of.length, (i) => of[i] === true);
        expect(of.map((_, i) => bitAt(bits, i) === 1)).toEqual(of);
        expect(bits.ones).toBe(of.filter(Boolean).length);
      }),
    );
  });

  it('count the pairs at any lag, across words', () => {
    fc.assert(
      fc.property(flags, fc.nat(199), (of, lag) => {
        const bits = bitsOf(of.length, (i) => of[i] === true);
        const pairs = of.filter((flag, i) => flag && of[i + lag] === true).length;
        expect(pairsAt(bits, lag)).toBe(pairs);
      }),
    );
  });

  it('are counted by the word', () => {
    expect([0, 1, 0x80000000, 0xffffffff, 0x0f0f0f0f | 0].map(popcount)).toEqual([0, 1, 1, 32, 16]);
  });
});
