import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Estimate } from '../../src/contract/estimate.ts';
import { outcomeCode } from '../../src/contract/outcome.ts';
import { reduceUdp } from '../../test/scenario/udp-cell.ts';

// What really happened to each packet is drawn first; the records are what both ends saw of it. Expected figures are
// counted from the former, in the plainest way.

const TIMEOUT = 100;
const HOLD = 0.05;
const FAR = 7_000_000;

/** A request: when it was sent after the one before, its copies on the way there, and of each the reply's copies, in ms. */
interface Fate {
  gap: number;
  unsent: 'local' | 'refused' | undefined;
  copies: { delay: number; back: number[] }[];
}
interface Request extends Fate {
  index: number;
  flow: number;
  seq: number;
  sent: number;
}
/** A packet that the far end saw, and its reply. */
interface Reflection {
  request: Request;
  number: number;
  at: number;
  back: number[];
}
interface Reply {
  reflection: Reflection;
  at: number;
}

const delay = fc.integer({ min: 1, max: 70_000 }).map((us) => us / 1000);
const someCopies = <T>(one: fc.Arbitrary<T>) =>
  fc.oneof(
    { weight: 6, arbitrary: fc.tuple(one) },
    { weight: 1, arbitrary: fc.constant<T[]>([]) },
    { weight: 1, arbitrary: fc.array(one, { minLength: 2, maxLength: 3 }) },
  );
const unsent = fc.oneof(
  { weight: 12, arbitrary: fc.constant(undefined) },
  { weight: 1, arbitrary: fc.constantFrom('local' as const, 'refused' as const) },
);
const fate: fc.Arbitrary<Fate> = fc.record({
  gap: fc.integer({ min: 1, max: 20 }),
  unsent,
  copies: someCopies(fc.record({ delay, back: someCopies(delay) })),
});

/** Sends the packets and gives what both ends see, in the order in which they see it. */
function play(fates: readonly Fate[], flows: number) {
  let now = 0;
  const requests = fates.map((drawn, index): Request => {
    now += drawn.gap;
    return { ...drawn, index, flow: index % flows, seq: Math.floor(index / flows), sent: now };
  });
  const sent = requests.filter((request) => request.unsent === undefined);
  const counters = new Map<number, number>();
  const reflections = sent
    .flatMap((request) => request.copies.map((copy) => ({ request, at: request.sent + copy.delay, back: copy.back })))
    .toSorted((a, b) => a.at - b.at)
    .map((seen): Reflection => {
      const number = counters.get(seen.request.flow) ?? 0;
      counters.set(seen.request.flow, number + 1);
      return { ...seen, number };
    });
  const replies = reflections
    .flatMap((reflection): Reply[] => reflection.back.map((ms) => ({ reflection, at: reflection.at + HOLD + ms })))
    .toSorted((a, b) => a.at - b.at);
  return { requests, sent, reflections, replies };
}

const ns = (ms: number) => Math.round(ms * 1e6);

function rowsOf({ requests, reflections, replies }: ReturnType<typeof play>) {
  return {
    request: requests.map(({ flow, seq, sent, unsent: why }) => [
      flow,
      seq,
      ns(sent),
      ns(sent),
      why === undefined ? null : outcomeCode(why),
    ]),
    reflect: reflections.map(({ request: { flow, seq }, number, at }) => [
      flow,
      seq,
      number,
      ns(FAR + at),
      null,
      ns(FAR + at + HOLD),
    ]),
    reply: replies.map(
      ({
        reflection: {
          request: { flow, seq },
          number,
          at: there,
        },
        at,
      }) => [flow, seq, number, ns(at), null, ns(there), ns(there + HOLD)],
    ),
  };
}

const count = <T>(of: readonly T[], holds: (one: T) => boolean) => of.filter(holds).length;

/** Packets that came after one of a higher number of their flow; each packet counts when it first comes. */
function reordered(arrivals: readonly { flow: number; number: number }[]) {
  const first = arrivals.filter(
    (a, k) => !arrivals.slice(0, k).some((b) => b.flow === a.flow && b.number === a.number),
  );
  return {
    hits: count(first, (a) => first.slice(0, first.indexOf(a)).some((b) => b.flow === a.flow && b.number > a.number)),
    of: first.length,
  };
}

function truth(history: ReturnType<typeof play>) {
  const { requests, sent, reflections, replies } = history;
  const repliesTo = (request: Request) => replies.filter(({ reflection }) => reflection.request === request);
  const answered = sent.filter((request) =>
    repliesTo(request).some(({ at }) => ns(at) - ns(request.sent) <= TIMEOUT * 1e6),
  );
  const arrived = sent.filter(({ copies }) => copies.length > 0);
  const back = reflections.filter((reflection) => reflection.back.length > 0);
  const failed = count(requests, ({ unsent: why }) => why === 'refused');
  const inTime = replies.filter(({ reflection }) => answered.includes(reflection.request));
  return {
    counts: {
      planned: requests.length,
      sent: sent.length + failed,
      received: answered.length,
      lost: sent.length - answered.length,
      failed,
      skipped: requests.length - sent.length - failed,
      omitted: 0,
    },
    ratios: {
      loss_ratio: { hits: sent.length + failed - answered.length, of: sent.length + failed },
      loss_fwd_ratio: { hits: sent.length - arrived.length, of: sent.length },
      loss_rev_ratio: { hits: reflections.length - back.length, of: reflections.length },
      duplicate_ratio: { hits: count(answered, (request) => repliesTo(request).length > 1), of: answered.length },
      duplicate_fwd_ratio: { hits: count(arrived, ({ copies }) => copies.length > 1), of: arrived.length },
      duplicate_rev_ratio: { hits: count(back, (reflection) => reflection.back.length > 1), of: back.length },
      reordered_ratio: reordered(
        inTime.map(({ reflection: { request } }) => ({ flow: request.flow, number: request.seq })),
      ),
      reordered_fwd_ratio: reordered(reflections.map(({ request }) => ({ flow: request.flow, number: request.seq }))),
      reordered_rev_ratio: reordered(
        replies.map(({ reflection: { request, number } }) => ({ flow: request.flow, number })),
      ),
    },
  };
}

function expectRatio(estimate: Estimate | undefined, { hits, of }: { hits: number; of: number }, name: string) {
  if (of === 0) expect(estimate?.is, name).toBe('missing');
  else expect(estimate, name).toMatchObject({ is: 'ratio', hits, of });
}

const OPTIONS = { rate: '100/s', timeout: `${TIMEOUT}ms` };

describe('figures of packets whose history is known', () => {
  it('count exactly what happened, on each way, of each flow', () => {
    fc.assert(
      fc.property(fc.array(fate, { minLength: 1, maxLength: 40 }), fc.integer({ min: 1, max: 3 }), (fates, flows) => {
        const history = play(fates, flows);
        const {
          counts,
          metrics,
          notes,
          flows: perFlow,
        } = reduceUdp({
          rows: rowsOf(history),
          options: { ...OPTIONS, count: fates.length, flows },
        });
        const expected = truth(history);
        expect(counts).toEqual(expected.counts);
        for (const [name, ratio] of Object.entries(expected.ratios))
          expectRatio(metrics[name as keyof typeof metrics], ratio, name);
        expect(notes['replies_to_nothing'] ?? notes['replies_before_sending'] ?? 0).toBe(0);
        for (const { flow, counts: own, metrics: figures } of perFlow ?? []) {
          const alone = {
            requests: history.requests.filter((request) => request.flow === flow),
            sent: history.sent.filter((request) => request.flow === flow),
            reflections: history.reflections.filter(({ request }) => request.flow === flow),
            replies: history.replies.filter(({ reflection }) => reflection.request.flow === flow),
          };
          const { counts: ownCounts, ratios } = truth(alone);
          expect(own).toEqual(ownCounts);
          for (const name of ['loss_ratio', 'loss_fwd_ratio', 'loss_rev_ratio', 'reordered_ratio'] as const)
            expectRatio(figures[name], ratios[name], `${name} of flow ${flow}`);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('know of every lost packet on which way it was lost', () => {
    fc.assert(
      fc.property(fc.array(fate, { minLength: 1, maxLength: 40 }), (fates) => {
        const history = play(fates, 1);
        const cell = { rows: rowsOf(history), options: { ...OPTIONS, count: fates.length } };
        const { metrics } = reduceUdp({
          ...cell,
          facts: { clock: { boot: 'b' } },
          agent: { facts: { clock: { boot: 'b' } } },
        });
        const { pdv_fwd_ms: there, pdv_rev_ms: back } = metrics;
        const lostThere = count(history.sent, ({ copies }) => copies.length === 0);
        const lostBack = count(
          history.sent,
          ({ copies }) => copies.length > 0 && copies.every((copy) => copy.back.length === 0),
        );
        const lateWithoutBound = (estimate: Estimate) =>
          estimate.is === 'sample' ? count(Array.from(estimate.values), (value) => value === Infinity) : undefined;
        expect(lateWithoutBound(there) ?? lostThere).toBe(lostThere);
        expect(lateWithoutBound(back) ?? lostBack).toBe(lostBack);
      }),
    );
  });
});

/** What a reflector's count cannot show is left out here: copies, and requests that overtake each other. */
const plain: fc.Arbitrary<Fate> = fc.record({
  gap: fc.constant(20),
  unsent: fc.constant(undefined),
  copies: fc.oneof(
    { weight: 5, arbitrary: delay.map((ms) => [{ delay: 5, back: [ms] }]) },
    { weight: 1, arbitrary: fc.constant<Fate['copies']>([{ delay: 5, back: [] }]) },
    { weight: 1, arbitrary: fc.constant<Fate['copies']>([]) },
  ),
});
const answered: Fate = { gap: 20, unsent: undefined, copies: [{ delay: 5, back: [9] }] };
/** Often enough with an answer at both ends, since nothing can be told of losses without. */
const stream = fc
  .tuple(fc.array(plain, { minLength: 1, maxLength: 30 }), fc.boolean())
  .map(([fates, framed]) => (framed ? [answered, ...fates, answered] : fates));

describe('figures of a reflector that is not ours', () => {
  const foreign = { agent: null, facts: { reflector: 'foreign' } };
  const kinds = fc.oneof(fc.constant('copies' as const), fc.integer({ min: 0, max: 2 ** 32 - 1 }));

  it('are right or missing, wherever it counts from', () => {
    let told = 0;
    fc.assert(
      fc.property(stream, kinds, (fates, start) => {
        const history = play(fates, 1);
        const rows = rowsOf(history);
        const reply = rows.reply.map((row) =>
          row.with(2, start === 'copies' ? (row[1] as number) : ((row[2] as number) + start) % 2 ** 32),
        );
        const { metrics } = reduceUdp({
          ...foreign,
          rows: { ...rows, reply },
          options: { ...OPTIONS, count: fates.length },
        });
        for (const [name, ratio] of Object.entries(truth(history).ratios)) {
          const estimate = metrics[name as keyof typeof metrics];
          if (estimate.is === 'missing') continue;
          if (name === 'loss_rev_ratio' && ratio.hits > 0) told += 1;
          expectRatio(estimate, ratio, name);
        }
      }),
      { numRuns: 500 },
    );
    // Or the test would show nothing.
    expect(told).toBeGreaterThan(5);
  });
});
