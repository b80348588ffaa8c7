import * as v from 'valibot';
import { dscp } from '../../src/contract/dscp.ts';
import { defineOptions } from '../../src/contract/options.ts';
import { fillSchedule, NOT_BOTH, notBoth, scheduleEntries } from '../../src/contract/schedule.ts';
import { size } from '../../src/contract/units.ts';
import { ECHO_MIN_BYTES } from '../../src/wire/echo.ts';

const schema = v.pipe(
  v.strictObject({
    ...scheduleEntries({ rate: '100/s', timeout: '3s' }),
    /** Bytes of each request, and of its reply. */
    size: v.optional(size({ min: ECHO_MIN_BYTES, max: 65_536, words: 'from 16 B to 64 KiB' }), '64 B'),
    /** Marks what both ends send; the TCP handshake is not marked. */
    dscp: v.optional(dscp()),
  }),
  v.check((o) => notBoth(o), NOT_BOTH),
);

export type TcpEchoOptions = v.InferOutput<typeof schema>;

export const options = defineOptions(schema, (given) => fillSchedule(given, { duration: '10s' }));
