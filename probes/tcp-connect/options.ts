import * as v from 'valibot';
import { defineOptions } from '../../src/contract/options.ts';
import { fillSchedule, NOT_BOTH, notBoth, scheduleEntries } from '../../src/contract/schedule.ts';

const schema = v.pipe(
  v.strictObject(scheduleEntries({ rate: '20/s', timeout: '3s' })),
  v.check((o) => notBoth(o), NOT_BOTH),
);

export type TcpConnectOptions = v.InferOutput<typeof schema>;

export const options = defineOptions(schema, (given) => fillSchedule(given, { count: 100 }));
