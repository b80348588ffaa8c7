import * as v from 'valibot';
import { defineOptions } from '../../src/contract/options.ts';
import { throughputEntries } from '../../src/contract/throughput-options.ts';
import { wholeNumber } from '../../src/contract/units.ts';
import { httpEntries } from '../../src/measure/http-options.ts';

const schema = v.strictObject({
  ...throughputEntries,
  /** At a time; with duplex and an agent, so many each way. */
  connections: v.optional(wholeNumber(1, 64), 4),
  // For targets only: an agent is asked for its session, and is told none of this.
  ...httpEntries,
});

export type HttpThroughputOptions = v.InferOutput<typeof schema>;

export const options = defineOptions(schema);
