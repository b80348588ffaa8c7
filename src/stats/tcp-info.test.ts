import { expect, test } from 'vitest';
import { TCP_INFO_COLUMNS } from '../contract/tcp-info.ts';
import { tcpInfoEstimates } from './tcp-info.ts';

type Row = Partial<Record<keyof typeof TCP_INFO_COLUMNS, number>>;

function rows(...given: Row[]) {
  const names = Object.keys(TCP_INFO_COLUMNS) as (keyof typeof TCP_INFO_COLUMNS)[];
  return Object.fromEntries(
    names.map((name) => [name, Float64Array.from(given, (row) => row[name] ?? Number.NaN)]),
  ) as Record<keyof typeof TCP_INFO_COLUMNS, Float64Array>;
}

test('counts what each connection had sent again at its last look, and takes round trips in ms', () => {
  const made = tcpInfoEstimates(
    rows(
      { at: 1, connection: 0, rtt: 20e6, retransmits: 1 },
      { at: 2, connection: 1, rtt: 30e6, retransmits: 5 },
      { at: 3, connection: 0, rtt: 21e6, retransmits: 4 },
      { at: 4, connection: 1 },
    ),
  );
  expect(made.retransmitted_segments).toEqual({ is: 'scalar', value: 9 });
  expect(made.kernel_rtt_ms).toEqual({
    is: 'sample',
    values: Float64Array.of(20, 30, 21),
    at: Float64Array.of(1, 2, 3),
  });
});

test('gives reasons where the kernel did not tell', () => {
  for (const made of [tcpInfoEstimates(rows()), tcpInfoEstimates(rows({ at: 1, connection: 0 }))])
    expect(made).toMatchObject({ kernel_rtt_ms: { is: 'missing' }, retransmitted_segments: { is: 'missing' } });
});
