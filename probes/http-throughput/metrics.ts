import type { Reduce } from '../../src/contract/kind.ts';
import { reduceThroughput } from '../../src/stats/throughput.ts';
import type { httpThroughput } from './index.ts';
import type { HttpThroughputOptions } from './options.ts';

export const reduce: Reduce<
  HttpThroughputOptions,
  typeof httpThroughput.tables,
  keyof typeof httpThroughput.metrics
> = (options, seats) => reduceThroughput(options, seats);
