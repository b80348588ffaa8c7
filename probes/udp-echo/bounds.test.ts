import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Estimate } from '../../src/contract/estimate.ts';
import { reduceUdp } from '../../test/scenario/udp-cell.ts';

const MS = 1e6;

/** What became of each request: sent every 10 ms, 2 ms there, 0.5 ms held, `back` ms back unless lost. */
type Fate = 'lost there' | 'lost back' | { back: number };

function cell(fates: readonly Fate[], flows = 1) {
  const request: number[][] = [];
  const reply: (number | null)[][] = [];
  const reflect: (number | null)[][] = [];
  const numbers = new Array<number>(flows).fill(0);
  for (const [i, fate] of fates.entries()) {
    const [flow, seq, sent] = [i % flows, Math.floor(i / flows), i * 10 * MS];
    request.push([flow, seq, sent, sent, Number.NaN]);
    if (fate === 'lost there') continue;
    const number = numbers[flow] as number;
    numbers[flow] = number + 1;
    const [reached, left] = [sent + 2 * MS, sent + 2.5 * MS];
    reflect.push([flow, seq, number, reached, null, left]);
    if (fate !== 'lost back') reply.push([flow, seq, number, left + fate.back * MS, null, reached, left]);
  }
  const facts = { clock: { boot: 'one clock', step_ns: 0, pair_error_ns: 1, user_stamp_late_ns: 0 } };
  return reduceUdp({
    rows: { request, reply, reflect },
    options: { count: fates.length, rate: '100/s', timeout: '100ms', flows },
    facts,
    agent: { facts },
  });
}

const hits = (estimate: Estimate | undefined) => (estimate?.is === 'ratio' ? [estimate.hits, estimate.of] : estimate);

describe('what is seen from here of a direction', () => {
  const fates: Fate[] = [{ back: 1 }, 'lost there', { back: 3 }, 'lost back', { back: 2 }, { back: 1 }];

  it('of losses is the round trip’s, as if all of them were on that way', () => {
    const { metrics, bounds } = cell(fates);
    expect(hits(metrics.loss_fwd_ratio)).toEqual([1, 6]);
    expect(hits(metrics.loss_rev_ratio)).toEqual([1, 5]);
    for (const name of ['loss_fwd_ratio', 'loss_rev_ratio'] as const)
      expect(bounds?.[name]?.estimate).toMatchObject({
        hits: 2,
        of: 6,
        series: { hit: Uint8Array.of(0, 1, 0, 1, 0, 0) },
      });
  });

  it('of delays is the round trip with all that was held, lost ones included', () => {
    const { metrics, bounds } = cell(fates);
    expect(metrics.owd_fwd_ms).toMatchObject({ values: Float64Array.of(2, Infinity, 2, 2, 2) });
    for (const name of ['owd_fwd_ms', 'owd_rev_ms'] as const)
      expect(bounds?.[name]?.estimate).toMatchObject({
        values: Float64Array.of(3.5, Infinity, 5.5, Infinity, 4.5, 3.5),
      });
  });

  it('comes in as many streams as there are flows', () => {
    const { bounds } = cell(fates, 2);
    expect(bounds?.loss_fwd_ratio?.estimate).toMatchObject({ series: { streams: 2 } });
    expect(bounds?.owd_rev_ms?.estimate).toMatchObject({ streams: 2 });
  });

  it('is never better than what happened on either way', () => {
    const fate = fc.oneof(
      { weight: 5, arbitrary: fc.integer({ min: 1, max: 90 }).map((back): Fate => ({ back })) },
      { weight: 1, arbitrary: fc.constantFrom<Fate>('lost there', 'lost back') },
    );
    const share = (estimate: Estimate | undefined) =>
      estimate?.is === 'ratio' ? estimate.hits / estimate.of : Number.NaN;
    const beyond = (estimate: Estimate | undefined, ms: number) =>
      estimate?.is === 'sample' ? estimate.values.filter((value) => value > ms).length / estimate.values.length : 0;
    fc.assert(
      fc.property(fc.array(fate, { minLength: 2, maxLength: 40 }), fc.integer({ min: 1, max: 3 }), (fates, flows) => {
        const { metrics, bounds } = cell(fates, flows);
        for (const name of ['loss_fwd_ratio', 'loss_rev_ratio'] as const)
          if (metrics[name].is === 'ratio')
            expect(share(metrics[name])).toBeLessThanOrEqual(share(bounds?.[name]?.estimate));
        for (const name of ['owd_fwd_ms', 'owd_rev_ms'] as const)
          for (const ms of [1, 2, 20, 60])
            expect(beyond(metrics[name], ms)).toBeLessThanOrEqual(beyond(bounds?.[name]?.estimate, ms));
      }),
    );
  });
});
