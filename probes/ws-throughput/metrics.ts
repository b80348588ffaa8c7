import type { Reduce } from '../../src/contract/kind.ts';
import { reduceThroughput } from '../../src/stats/throughput.ts';
import type { wsThroughput } from './index.ts';
import type { WsThroughputOptions } from './options.ts';

export const reduce: Reduce<WsThroughputOptions, typeof wsThroughput.tables, keyof typeof wsThroughput.metrics> = (
  options,
  seats,
) => reduceThroughput(options, seats);
