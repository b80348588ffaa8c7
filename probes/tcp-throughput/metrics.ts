import type { Reduce } from '../../src/contract/kind.ts';
import { reduceThroughput } from '../../src/stats/throughput.ts';
import type { tcpThroughput } from './index.ts';
import type { TcpThroughputOptions } from './options.ts';

export const reduce: Reduce<TcpThroughputOptions, typeof tcpThroughput.tables, keyof typeof tcpThroughput.metrics> = (
  options,
  seats,
) => reduceThroughput(options, seats);
