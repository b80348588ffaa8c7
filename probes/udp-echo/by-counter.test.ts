import { describe, expect, it } from 'vitest';
import { tellByCounter, WHY } from './by-counter.ts';
import { FATE } from './ways.ts';

/** string in the order of arrival, each as `request:number`: the request's place and the reflector's number. */
function tell(requests: number, replies: string, countsFromZero = false) {
  const pairs = replies.split(' ').filter((pair) => pair !== '');
  const requestOf = pairs.map((pair) => Number(pair.split(':')[0]));
  return tellByCounter({
    requests,
    requestOf: Uint32Array.from(requestOf),
    senderNumber: Float64Array.from(requestOf),
    number: Float64Array.from(pairs, (pair) => Number(pair.split(':')[1])),
    countsFromZero,
  });
}

const NONE = (of: number) => ({ hits: 0, of });
const { arrived, lost, unknown, none } = FATE;

describe('a reflector that copies the sender’s numbers', () => {
  it('tells that nothing was lost when all came back once, but not that no request came twice', () => {
    const { forward, reverse } = tell(3, '0:0 1:1 2:2');
    expect(forward).toMatchObject({ loss: NONE(3), duplicate: { why: WHY.copies }, order: { why: WHY.copies } });
    expect(reverse).toMatchObject({ loss: NONE(3), duplicate: NONE(3), order: { why: WHY.copies } });
  });

  it('tells otherwise only that no reply came twice', () => {
    const { forward, reverse } = tell(3, '0:0 2:2');
    for (const way of [forward, reverse])
      expect(way).toMatchObject({ loss: { why: WHY.copies }, fate: Uint8Array.of(arrived, unknown, arrived) });
    expect(forward.duplicate).toEqual({ why: WHY.copies });
    expect(reverse.duplicate).toEqual(NONE(2));
  });

  it('shows by copies of replies only that all requests arrived', () => {
    const { forward, reverse } = tell(2, '0:0 0:0 1:1');
    expect(forward).toMatchObject({ loss: NONE(2), duplicate: { why: WHY.copies } });
    expect(reverse).toMatchObject({ loss: { why: WHY.copies }, duplicate: { why: WHY.copies } });
  });
});

describe('a reflector that counts its replies', () => {
  it('tells that all was lost on the way there when no number is missing', () => {
    // By hand: three numbers, all of which came, so three packets arrived; 1, 3 and 4 did not.
    const { forward, reverse } = tell(6, '0:40 2:41 5:42');
    expect(forward).toEqual({
      loss: { hits: 3, of: 6 },
      duplicate: NONE(3),
      order: Uint32Array.of(0, 2, 5),
      fate: Uint8Array.of(arrived, lost, arrived, lost, lost, arrived),
    });
    expect(reverse).toEqual({
      loss: NONE(3),
      duplicate: NONE(3),
      order: Uint32Array.of(0, 1, 2),
      fate: Uint8Array.of(arrived, none, arrived, none, none, arrived),
    });
  });

  it('tells replies lost on the way back, whose requests may have been copies of others', () => {
    // By hand: 41 and 44 never came, 2 of 6. They may have been to 1 and to 6 or 7: then 3, 4 and 7 or 6 were lost there.
    // Or to copies of 0 and 5: then 1, 3, 4, 6 and 7 were.
    const { forward, reverse } = tell(9, '0:40 2:42 5:43 8:45');
    expect(reverse.loss).toEqual({ hits: 2, of: 6 });
    expect(reverse.duplicate).toEqual(NONE(4));
    expect(reverse.order).toEqual(Uint32Array.of(0, 1, 2, 3));
    expect(forward.loss).toEqual({
      why: '2 replies were lost, to requests or to copies of them: of the flow’s 9 requests, 3 to 5 were lost on the way there',
    });
    expect(forward.duplicate).toEqual({ why: WHY.unseen });
    expect(forward.order).toEqual({ why: WHY.unseen });
    for (const way of [forward, reverse])
      expect(way.fate).toEqual(
        Uint8Array.of(arrived, unknown, arrived, unknown, unknown, arrived, unknown, unknown, arrived),
      );
  });

  it('does not tell which way a packet was lost even when each gap is as long as the requests in it', () => {
    // [0, 40] [2, 42]: 1 arrived and its reply was lost; or 1 was lost, 0 arrived twice, and the second reply was lost.
    const { forward, reverse } = tell(3, '0:40 2:42');
    expect(forward.loss).toEqual({ why: expect.stringContaining('of the flow’s 3 requests, 0 to 1 were lost') });
    expect(reverse.loss).toEqual({ hits: 1, of: 3 });
  });

  it('goes on counting at 2^32', () => {
    const { forward, reverse, counts } = tell(5, '0:4294967294 2:4294967295 4:0');
    expect(counts).toEqual(Float64Array.of(0, 1, 2));
    expect(forward.loss).toEqual({ hits: 2, of: 5 });
    expect(reverse.loss).toEqual(NONE(3));
  });

  it.each([
    ['the first was lost', '1:40 2:41'],
    ['the last was lost', '0:40 1:41'],
    ['the last was lost and a number is missing', '0:40 1:42'],
  ] as [string, string][])('leaves the ways open when %s', (_, replies) => {
    const { forward, reverse } = tell(3, replies);
    expect(forward).toMatchObject({
      loss: { why: WHY.ends },
      duplicate: { why: WHY.ends },
      order: { why: WHY.ends },
    });
    expect(reverse.loss).toEqual({ why: WHY.ends });
    expect(reverse.duplicate).toEqual(NONE(2));
    expect(reverse.order).toEqual(Uint32Array.of(0, 1));
  });

  describe('from 0', () => {
    it.each([
      // By hand: two packets were counted, 0 and 1 not among them.
      ['the first two were lost there', 4, '2:0 3:1', { hits: 2, of: 4 }, NONE(2)],
      // Number 0 never came: its request was 0, 1 or a copy.
      [
        'a reply before the first that came was lost',
        4,
        '2:1 3:2',
        { why: expect.stringContaining('4 requests, 1 to 2 were lost') },
        { hits: 1, of: 3 },
      ],
      // Its numbers are the sender's, which it does not copy.
      [
        'a reply was lost',
        3,
        '0:0 2:2',
        { why: expect.stringContaining('3 requests, 0 to 1 were lost') },
        { hits: 1, of: 3 },
      ],
      ['the last was not answered', 3, '0:0 1:1', { why: WHY.ends }, { why: WHY.ends }],
      ['every request was answered, but number 0 never came', 2, '0:1 1:2', NONE(2), { why: WHY.gaps }],
      ['every request was answered', 2, '0:0 1:1', NONE(2), NONE(2)],
    ] as [string, number, string, object, object][])(
      'it knows of the first: %s',
      (_, requests, replies, there, back) => {
        const { forward, reverse } = tell(requests, replies, true);
        expect(forward.loss).toEqual(there);
        expect(reverse.loss).toEqual(back);
      },
    );

    it('is none when a number is below it', () => {
      const { reverse } = tell(3, '0:0 2:4294967295', true);
      expect(reverse.loss).toEqual({ why: WHY.noCount });
    });
  });

  it.each([
    // Of 4 requests, 1 and 2 or one of them unanswered.
    [
      'doubled on the way there',
      '0:40 0:41 3:42',
      { loss: { hits: 2, of: 4 }, duplicate: { hits: 1, of: 2 }, order: Uint32Array.of(0, 3) },
      { loss: NONE(3), duplicate: NONE(3), order: Uint32Array.of(0, 1, 2) },
    ],
    [
      'doubled on the way back',
      '0:40 0:40 3:41',
      { loss: { hits: 2, of: 4 }, duplicate: NONE(2), order: Uint32Array.of(0, 3) },
      { loss: NONE(2), duplicate: { hits: 1, of: 2 }, order: Uint32Array.of(0, 2) },
    ],
    [
      'reordered on the way back',
      '2:41 0:40 3:42',
      { loss: { hits: 1, of: 4 }, duplicate: NONE(3), order: Uint32Array.of(0, 2, 3) },
      { loss: NONE(3), duplicate: NONE(3), order: Uint32Array.of(0, 1, 2) },
    ],
    [
      'reordered on the way there',
      '0:40 3:41 2:42',
      { loss: { why: WHY.disorder }, duplicate: { why: WHY.disorder }, order: { why: WHY.disorder } },
      { loss: { why: WHY.disorder }, duplicate: NONE(3), order: Uint32Array.of(0, 1, 2) },
    ],
    [
      'reordered at the first number there',
      '0:41 1:40 3:42',
      { loss: { why: WHY.disorder }, duplicate: { why: WHY.disorder }, order: { why: WHY.disorder } },
      { loss: { why: WHY.disorder }, duplicate: NONE(3), order: Uint32Array.of(0, 1, 2) },
    ],
  ] as [string, string, object, object][])('something was lost and something %s', (_, replies, there, back) => {
    const { forward, reverse } = tell(4, replies);
    expect(forward).toMatchObject(there);
    expect(reverse).toMatchObject(back);
  });

  it('tells on which way packets were doubled and reordered when all requests were answered', () => {
    // By hand: 1 arrived twice there; the reply to 0 came twice; 2 overtook 1 there; the reply to 3 overtook that to 1.
    const { forward, reverse } = tell(4, '0:40 0:40 2:41 3:43 1:42 1:44');
    expect(forward).toMatchObject({ loss: NONE(4), duplicate: { hits: 1, of: 4 }, order: Uint32Array.of(0, 2, 1, 3) });
    expect(reverse).toMatchObject({ loss: NONE(5), duplicate: { hits: 1, of: 5 } });
    expect(reverse.order).toEqual(Uint32Array.of(0, 2, 3, 4, 5));
  });

  it('is not believed in full when it counted more than was answered', () => {
    const { forward, reverse } = tell(3, '0:40 1:42 2:43');
    expect(forward).toMatchObject({ loss: NONE(3), duplicate: { why: WHY.gaps }, order: { why: WHY.gaps } });
    expect(reverse).toMatchObject({ loss: { why: WHY.gaps }, duplicate: NONE(3) });
  });

  it.each([
    ['between two requests than were sent there', '0:40 1:45 3:46'],
    ['between two copies of one request', '0:40 0:42 3:43'],
  ] as [string, string][])('is not believed of losses when it counted more %s', (_, replies) => {
    const { forward, reverse } = tell(4, replies);
    for (const figure of [forward.loss, forward.duplicate, forward.order, reverse.loss])
      expect(figure).toEqual({ why: WHY.surplus });
    expect(reverse.duplicate).toEqual(NONE(3));
  });
});

describe('numbers that are no count', () => {
  it.each([
    ['always the same', '0:7 1:7 3:7'],
    ['anywhere', '0:7 1:9e8 3:5'],
    ['no numbers', '0:NaN 1:-1 3:0.5'],
    ['too large for the wire', '0:4294967296 1:9007199254740992 3:1e300'],
  ] as [string, string][])('tell next to nothing: %s', (_, replies) => {
    const { forward, reverse } = tell(4, replies);
    for (const way of [forward, reverse]) {
      expect(way.loss).toEqual({ why: WHY.noCount });
      expect(way.order).toEqual({ why: WHY.noCount });
    }
    expect(forward.duplicate).toEqual({ why: WHY.noCount });
    // Each came once, whatever its number.
    expect(reverse.duplicate).toEqual(NONE(3));
    expect(tell(2, replies.split(' ').slice(0, 2).join(' ')).forward.loss).toEqual(NONE(2));
  });
});

describe('a flow without replies', () => {
  it('tells nothing', () => {
    expect(tell(3, '')).toMatchObject({
      forward: { loss: { why: WHY.nothing } },
      reverse: { loss: { why: WHY.nothing } },
    });
    expect(tell(3, '', true)).toMatchObject({ forward: { loss: { why: WHY.nothing } } });
  });

  it('tells that nothing happened when nothing was sent', () => {
    const { forward, reverse } = tell(0, '');
    for (const way of [forward, reverse])
      expect(way).toMatchObject({ loss: NONE(0), duplicate: NONE(0), order: new Uint32Array() });
  });
});
