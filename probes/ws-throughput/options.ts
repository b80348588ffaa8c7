import * as v from 'valibot';
import { defineOptions } from '../../src/contract/options.ts';
import { throughputEntries } from '../../src/contract/throughput-options.ts';
import { size, wholeNumber } from '../../src/contract/units.ts';

const schema = v.strictObject({
  ...throughputEntries,
  streams: v.optional(wholeNumber(1, 64), 4),
  /** Payload bytes of each message. */
  size: v.optional(size({ min: 1024, max: 1024 * 1024, words: 'from 1 KiB to 1 MiB' }), '64 KiB'),
});

export type WsThroughputOptions = v.InferOutput<typeof schema>;

export const options = defineOptions(schema);
