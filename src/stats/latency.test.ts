import { describe, expect, it } from 'vitest';
import type { Counts } from '../contract/estimate.ts';
import { outcomeCode } from '../contract/outcome.ts';
import { echoEstimates, failureRatio } from './latency.ts';

const COUNTS: Counts = { planned: 5, sent: 4, received: 2, lost: 1, failed: 1, skipped: 1, omitted: 0 };

describe('the failure ratio', () => {
  it('is of what was sent', () => {
    expect(failureRatio(COUNTS)).toEqual({ is: 'ratio', hits: 2, of: 4 });
    expect(failureRatio({ ...COUNTS, sent: 0 })).toEqual({ is: 'missing', why: 'nothing was sent' });
  });

  it('tells in which order requests failed when it is given the delays', () => {
    const sent = {
      is: 'sample',
      values: Float64Array.of(1, Infinity, 2, Infinity),
      at: Float64Array.of(0, 1, 2, 3),
    } as const;
    expect(failureRatio(COUNTS, sent)).toEqual({
      is: 'ratio',
      hits: 2,
      of: 4,
      series: { hit: Uint8Array.of(0, 1, 0, 1), at: sent.at },
    });
  });
});

/** Requests every 10 ms, each answered after so many ms. */
function echoes(...delays: number[]) {
  const seq = Float64Array.from(delays.keys());
  const intended = seq.map((i) => i * 10e6);
  const received = intended.map((at, i) => at + (delays[i] as number) * 1e6);
  return { seq, intended, sent: intended, received, outcome: seq.map(() => outcomeCode('received')) };
}

describe('the figures of an echo table', () => {
  it('are those of one stream, whatever the order of its rows', () => {
    const rows = echoes(10, 12, 11);
    const { ipdv_ms, pdv_ms, jitter_rfc3550_ms } = echoEstimates({
      seq: rows.seq.toReversed(),
      intended: rows.intended.toReversed(),
      sent: rows.sent.toReversed(),
      received: rows.received.toReversed(),
      outcome: rows.outcome,
    });
    expect(ipdv_ms).toEqual({ is: 'sample', values: Float64Array.of(2, -1), at: Float64Array.of(10e6, 20e6) });
    expect(pdv_ms).toMatchObject({ values: Float64Array.of(0, 2, 1) });
    // By hand: 2/16, then + (1 − 2/16)/16.
    expect(jitter_rfc3550_ms).toEqual({ is: 'scalar', value: 0.125 + 0.875 / 16 });
  });

  it('pass over a request that was never sent', () => {
    const rows = echoes(10, 99, 11);
    rows.outcome[1] = outcomeCode('skipped');
    expect(echoEstimates(rows).ipdv_ms).toMatchObject({ values: Float64Array.of(1) });
  });

  it('are refused when a reply was received at no time', () => {
    const rows = echoes(10, Number.NaN);
    expect(() => echoEstimates(rows)).toThrow(expect.objectContaining({ code: 'NETPROBE_RECORDS_INVALID' }));
  });
});
