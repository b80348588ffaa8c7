import { expect, it } from 'vitest';
import { reduceUdp } from '../../test/scenario/udp-cell.ts';

const MS = 1e6;

/** A request every 10 ms, each answered once after 5 ms by a reflector that counts from 40 on; the record ends at 115 ms. */
function cutShort() {
  const seqs = Array.from({ length: 12 }, (_, i) => i);
  const request = seqs.map((seq) => [0, seq, seq * 10 * MS, seq * 10 * MS, null]);
  const reply = seqs.map((seq) => [
    0,
    seq,
    40 + seq,
    (seq * 10 + 5) * MS,
    null,
    (seq * 10 + 3) * MS,
    (seq * 10 + 3) * MS,
  ]);
  return reduceUdp({
    rows: { request, reply },
    agent: null,
    facts: { reflector: 'foreign' },
    close: { at: 115 * MS, status: 'partial', error: null },
    options: { count: 12, rate: '100/s', timeout: '100ms' },
  });
}

it('a reply to a request that is undecided at the record’s end is no copy of another’s', () => {
  const { metrics } = cutShort();
  // By hand: requests 0 and 1 had their 100 ms, each answered once.
  expect(metrics.loss_ratio).toMatchObject({ hits: 0, of: 2 });
  expect(metrics.duplicate_fwd_ratio).toMatchObject({ is: 'ratio', hits: 0, of: 2 });
  expect(metrics.loss_rev_ratio).toMatchObject({ is: 'ratio', hits: 0, of: 2 });
  expect(metrics.reordered_rev_ratio).toMatchObject({ is: 'ratio', hits: 0, of: 2 });
});
