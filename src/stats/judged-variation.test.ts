import { describe, expect, it } from 'vitest';
import { type Outcome, outcomeCode } from '../contract/outcome.ts';
import { judgedVariation } from './judged-variation.ts';

type Row = [seq: number, sentMs: number, receivedMs: number | null, outcome: Outcome];

function judged(rows: Row[]) {
  const column = (of: (row: Row) => number) => Float64Array.from(rows, of);
  const { ipdv_ms, ipdv_abs_ms } = judgedVariation({
    seq: column(([seq]) => seq),
    intended: column(([, sent]) => (sent - 1) * 1e6),
    sent: column(([, sent]) => sent * 1e6),
    received: column(([, , received]) => (received === null ? Number.NaN : received * 1e6)),
    outcome: column(([, , , outcome]) => outcomeCode(outcome)),
  });
  const values = (estimate: typeof ipdv_ms.estimate) =>
    estimate.is === 'sample' ? Array.from(estimate.values) : estimate;
  return { signed: values(ipdv_ms.estimate), absolute: values(ipdv_abs_ms.estimate), estimate: ipdv_ms.estimate };
}

// Expected values by hand.
describe('the variation that verdicts on an echo use', () => {
  it('is that of consecutive requests, at the later one’s intended time', () => {
    const { signed, absolute, estimate } = judged([
      [0, 10, 15, 'received'],
      [1, 20, 28, 'received'],
      [2, 30, 31, 'received'],
    ]);
    expect(signed).toEqual([3, -7]);
    expect(absolute).toEqual([3, 7]);
    expect(estimate).toMatchObject({ at: Float64Array.of(19e6, 29e6) });
  });

  it('is beyond any threshold on both sides of a request that was lost or failed', () => {
    const { signed, absolute } = judged([
      [0, 10, 15, 'received'],
      [1, 20, null, 'timeout'],
      [2, 30, 36, 'received'],
      [3, 40, null, 'reset'],
      [4, 50, null, 'closed'],
    ]);
    expect(signed).toEqual([Infinity, Infinity, Infinity, Infinity]);
    expect(absolute).toEqual([Infinity, Infinity, Infinity, Infinity]);
  });

  it('has no pair with a request that was never sent, or for want of this machine', () => {
    const { signed } = judged([
      [0, 10, 15, 'received'],
      [1, 20, null, 'local'],
      [2, 30, 36, 'received'],
      [3, 40, null, 'skipped'],
      [5, 60, 66, 'received'],
      [6, 70, 77, 'received'],
    ]);
    expect(signed).toEqual([1]);
  });

  it('goes by the order of sending, whatever that of the rows is', () => {
    const { signed } = judged([
      [2, 30, 31, 'received'],
      [0, 10, 15, 'received'],
      [1, 20, 28, 'received'],
    ]);
    expect(signed).toEqual([3, -7]);
  });

  it('is missing without a pair', () => {
    expect(judged([[0, 10, 15, 'received']]).signed).toMatchObject({ is: 'missing' });
  });
});
