import * as v from 'valibot';
import { defineOptions } from '../../src/contract/options.ts';
import { throughputEntries } from '../../src/contract/throughput-options.ts';
import { wholeNumber } from '../../src/contract/units.ts';

const schema = v.strictObject({
  ...throughputEntries,
  streams: v.optional(wholeNumber(1, 64), 4),
});

export type TcpThroughputOptions = v.InferOutput<typeof schema>;

export const options = defineOptions(schema);
