import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { reordered } from './reordering.ts';

/** One stream's numbers in the order of arrival. */
function flags(...seq: number[]): number[] {
  return Array.from(reordered({ order: Uint32Array.from(seq.keys()), stream: seq.map(() => 0), seq }, 1));
}

const permutation = fc.uniqueArray(fc.nat(60), { maxLength: 40 });

describe('reordered', () => {
  // By hand, with NextExp of RFC 4737.
  it.each([
    ['in order', [0, 1, 2, 3], [0, 0, 0, 0]],
    ['a gap is a loss, not reordering', [0, 1, 5, 6], [0, 0, 0, 0]],
    ['one overtaken by four', [1, 2, 3, 5, 6, 7, 8, 4, 9, 10], [0, 0, 0, 0, 0, 0, 0, 1, 0, 0]],
    ['one that hurried is not the one reordered', [1, 2, 3, 4, 7, 5, 6, 8], [0, 0, 0, 0, 0, 1, 1, 0]],
    ['all backwards: all but the first', [3, 2, 1, 0], [0, 1, 1, 1]],
    ['starting anywhere', [77, 78, 76], [0, 0, 1]],
    ['nothing', [], []],
  ])('%s', (_, seq, expected) => {
    expect(flags(...seq)).toEqual(expected);
  });

  it('looks at each stream by itself', () => {
    // Stream 0: 5, 0; stream 1: 9, 1.
    const packets = { stream: [0, 1, 0, 1], seq: [5, 9, 0, 1] };
    expect(Array.from(reordered({ ...packets, order: [0, 1, 2, 3] }, 2))).toEqual([0, 0, 1, 1]);
    expect(Array.from(reordered({ ...packets, order: [2, 0, 3, 1] }, 2))).toEqual([0, 0, 0, 0]);
  });

  it('marks packets at their places, and those that did not come', () => {
    expect(Array.from(reordered({ stream: [0, 0, 0, 0], seq: [7, 8, 9, 10], order: [3, 1, 0] }, 1))).toEqual([
      1, 1, 255, 0,
    ]);
  });

  it('is what came after a packet of a higher number', () => {
    fc.assert(
      fc.property(permutation, (seq) => {
        const expected = seq.map((n, i) => (seq.slice(0, i).some((earlier) => earlier > n) ? 1 : 0));
        expect(flags(...seq)).toEqual(expected);
      }),
    );
  });
});
