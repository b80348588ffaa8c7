import { describe, expect, it } from 'vitest';
import { tellByCounter, WHY } from './by-counter.ts';
import { FATE } from './ways.ts';

/** Replies in the order of arrival: the request's place and the reflector's number. */
function tell(requests: number, replies: [request: number, number: number][], countsFromZero = false) {
  return tellByCounter({
    requests,
    requestOf: Uint32Array.from(replies, ([request]) => request),
    senderNumber: Float64Array.from(replies, ([request]) => request),
    number: Float64Array.from(replies, ([, number]) => number),
    countsFromZero,
  });
}

const NONE = (of: number) => ({ hits: 0, of });
const { arrived, lost, unknown, none } = FATE;

describe('a reflector that copies the sender’s numbers', () => {
  it('tells that nothing was lost or doubled when all came back once', () => {
    const { forward, reverse } = tell(3, [
      [0, 0],
      [1, 1],
      [2, 2],
    ]);
    for (const way of [forward, reverse])
      expect(way).toMatchObject({ loss: NONE(3), duplicate: NONE(3), order: { why: WHY.copies } });
  });

  it('tells nothing else', () => {
    const { forward, reverse } = tell(3, [
      [0, 0],
      [2, 2],
    ]);
    for (const way of [forward, reverse])
      expect(way).toMatchObject({
        loss: { why: WHY.copies },
        duplicate: { why: WHY.copies },
        fate: Uint8Array.of(arrived, unknown, arrived),
      });
  });

  it('shows by copies of replies only that all requests arrived', () => {
    const { forward, reverse } = tell(2, [
      [0, 0],
      [0, 0],
      [1, 1],
    ]);
    expect(forward).toMatchObject({ loss: NONE(2), duplicate: { why: WHY.copies } });
    expect(reverse).toMatchObject({ loss: { why: WHY.copies }, duplicate: { why: WHY.copies } });
  });
});

describe('a reflector that counts its replies', () => {
  it('tells losses of each way by its gaps', () => {
    // By hand: 1 was counted and lost on the way back; 3 and 4 were not; of 6 and 7 one was.
    const { forward, reverse } = tell(9, [
      [0, 40],
      [2, 42],
      [5, 43],
      [8, 45],
    ]);
    expect(forward.loss).toEqual({ hits: 3, of: 9 });
    expect(reverse.loss).toEqual({ hits: 2, of: 6 });
    expect(forward.fate).toEqual(
      Uint8Array.of(arrived, arrived, arrived, lost, lost, arrived, unknown, unknown, arrived),
    );
    expect(reverse.fate).toEqual(Uint8Array.of(arrived, lost, arrived, none, none, arrived, unknown, unknown, arrived));
    expect(forward.duplicate).toEqual(NONE(6));
    expect(reverse.duplicate).toEqual(NONE(4));
    expect(forward.order).toEqual({ why: WHY.unseen });
    expect(reverse.order).toEqual(Uint32Array.of(0, 1, 2, 3));
  });

  it('tells the order of arrival there when no reply was lost', () => {
    expect(
      tell(4, [
        [0, 40],
        [1, 41],
        [3, 42],
      ]).forward.order,
    ).toEqual(Uint32Array.of(0, 1, 3));
  });

  it('goes on counting at 2^32', () => {
    const { forward, reverse, counts } = tell(5, [
      [0, 2 ** 32 - 2],
      [2, 0],
      [4, 1],
    ]);
    expect(counts).toEqual(Float64Array.of(0, 2, 3));
    expect(forward.loss).toEqual({ hits: 1, of: 5 });
    expect(reverse.loss).toEqual({ hits: 1, of: 4 });
  });

  it.each([
    [
      'the first was lost',
      3,
      [
        [1, 40],
        [2, 41],
      ],
    ],
    [
      'the last was lost',
      3,
      [
        [0, 40],
        [1, 41],
      ],
    ],
  ] as [string, number, [number, number][]][])('leaves the ways open when %s', (_, requests, replies) => {
    const { forward, reverse } = tell(requests, replies);
    expect(forward.loss).toEqual({ why: WHY.ends });
    expect(reverse.loss).toEqual({ why: WHY.ends });
    expect(reverse.duplicate).toEqual(NONE(2));
  });

  it('knows of the first one when it counts from 0', () => {
    const { forward, reverse } = tell(
      4,
      [
        [2, 1],
        [3, 2],
      ],
      true,
    );
    expect(forward.loss).toEqual({ hits: 1, of: 4 });
    expect(reverse.loss).toEqual({ hits: 1, of: 3 });
    // All lost ones of that record were lost on the way back, though its numbers are the sender's.
    expect(
      tell(
        3,
        [
          [0, 0],
          [2, 2],
        ],
        true,
      ).reverse.loss,
    ).toEqual({ hits: 1, of: 3 });
    expect(
      tell(
        3,
        [
          [0, 0],
          [1, 1],
        ],
        true,
      ).forward.loss,
    ).toEqual({ why: WHY.ends });
  });

  it.each([
    [
      'doubled on the way there',
      [
        [0, 40],
        [0, 41],
        [3, 42],
      ],
    ],
    [
      'doubled on the way back',
      [
        [0, 40],
        [0, 40],
        [3, 41],
      ],
    ],
    [
      'reordered on the way there',
      [
        [0, 40],
        [3, 41],
        [2, 42],
      ],
    ],
    [
      'reordered on the way back',
      [
        [2, 42],
        [0, 40],
        [3, 43],
      ],
    ],
  ] as [string, [number, number][]][])(
    'leaves the ways open when something was lost and something %s',
    (_, replies) => {
      const { forward, reverse } = tell(4, replies);
      expect(forward.loss).toEqual({ why: WHY.disorder });
      expect(reverse.loss).toEqual({ why: WHY.disorder });
    },
  );

  it('tells on which way packets were doubled and reordered when all requests were answered', () => {
    // By hand: 1 arrived twice there; the reply to 0 came twice; 2 overtook 1 there; the reply to 3 overtook that to 1.
    const { forward, reverse } = tell(4, [
      [0, 40],
      [0, 40],
      [2, 41],
      [3, 43],
      [1, 42],
      [1, 44],
    ]);
    expect(forward).toMatchObject({ loss: NONE(4), duplicate: { hits: 1, of: 4 }, order: Uint32Array.of(0, 2, 1, 3) });
    expect(reverse).toMatchObject({ loss: { why: WHY.disorder }, duplicate: { hits: 1, of: 5 } });
    expect(reverse.order).toEqual(Uint32Array.of(0, 2, 3, 4, 5));
  });

  it('is not believed in full when it counted more than was answered', () => {
    const { forward, reverse } = tell(3, [
      [0, 40],
      [1, 42],
      [2, 43],
    ]);
    expect(forward).toMatchObject({ loss: NONE(3), duplicate: { why: WHY.gaps }, order: { why: WHY.gaps } });
    expect(reverse).toMatchObject({ loss: { why: WHY.gaps }, duplicate: NONE(3) });
  });

  it('is known to have counted before the first that came when it counts from 0', () => {
    expect(
      tell(
        2,
        [
          [0, 1],
          [1, 2],
        ],
        true,
      ).reverse.loss,
    ).toEqual({ why: WHY.gaps });
    expect(
      tell(
        2,
        [
          [0, 0],
          [1, 1],
        ],
        true,
      ).reverse.loss,
    ).toEqual(NONE(2));
  });

  it('is none when it counts others’ packets too', () => {
    expect(
      tell(4, [
        [0, 40],
        [1, 45],
        [3, 46],
      ]).forward.loss,
    ).toEqual({ why: WHY.noCount });
  });
});

describe('numbers that are no count', () => {
  it.each([
    [
      'always the same',
      [
        [0, 7],
        [1, 7],
        [3, 7],
      ],
    ],
    [
      'anywhere',
      [
        [0, 7],
        [1, 9e8],
        [3, 5],
      ],
    ],
    [
      'no numbers',
      [
        [0, Number.NaN],
        [1, -1],
        [3, 0.5],
      ],
    ],
    [
      'too large for the wire',
      [
        [0, 2 ** 32],
        [1, 2 ** 53],
        [3, 1e300],
      ],
    ],
  ] as [string, [number, number][]][])('tell nothing: %s', (_, replies) => {
    const { forward, reverse } = tell(4, replies);
    for (const way of [forward, reverse]) {
      expect(way.loss).toEqual({ why: WHY.noCount });
      expect(way.duplicate).toEqual({ why: WHY.noCount });
      expect(way.order).toEqual({ why: WHY.noCount });
    }
    expect(tell(2, replies.slice(0, 2)).forward.loss).toEqual(NONE(2));
  });
});

describe('a flow without replies', () => {
  it('tells nothing', () => {
    expect(tell(3, [])).toMatchObject({
      forward: { loss: { why: WHY.nothing } },
      reverse: { loss: { why: WHY.nothing } },
    });
    expect(tell(3, [], true)).toMatchObject({ forward: { loss: { why: WHY.nothing } } });
  });

  it('tells that nothing happened when nothing was sent', () => {
    const { forward, reverse } = tell(0, []);
    for (const way of [forward, reverse])
      expect(way).toMatchObject({ loss: NONE(0), duplicate: NONE(0), order: new Uint32Array() });
  });
});
