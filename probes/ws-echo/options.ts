import * as v from 'valibot';
import { defineOptions } from '../../src/contract/options.ts';
import { fillSchedule, NOT_BOTH, notBoth, scheduleEntries } from '../../src/contract/schedule.ts';
import { size } from '../../src/contract/units.ts';
import { httpEntries } from '../../src/measure/http-options.ts';
import { ECHO_MIN_BYTES } from '../../src/wire/echo.ts';

/** RFC 9110 §5.6.2, as RFC 6455 §4.1 asks for. */
const SUBPROTOCOL = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
/** What the handshake itself sets: another value would break it, or offer extensions that are not spoken. */
const HANDSHAKE_HEADER = /^sec-websocket-/i;

const schema = v.pipe(
  v.strictObject({
    ...scheduleEntries({ rate: '50/s', timeout: '3s' }),
    /** Payload bytes of each message, and of its reply. */
    size: v.optional(size({ min: ECHO_MIN_BYTES, max: 65_536, words: 'from 16 B to 64 KiB' }), '64 B'),
    /** The type of frames sent. Text is ASCII. */
    type: v.optional(v.picklist(['binary', 'text'], 'binary or text'), 'binary'),
    // For targets only: an agent is asked for its session, and is told none of this.
    ...httpEntries,
    subprotocol: v.optional(v.pipe(v.string(), v.regex(SUBPROTOCOL, 'a token such as graphql-transport-ws'))),
  }),
  v.check((o) => notBoth(o), NOT_BOTH),
  v.check(
    ({ headers = {} }) => !Object.keys(headers).some((name) => HANDSHAKE_HEADER.test(name)),
    'no sec-websocket-… headers: the handshake sets them itself',
  ),
);

export type WsEchoOptions = v.InferOutput<typeof schema>;

export const options = defineOptions(schema, (given) => fillSchedule(given, { duration: '10s' }));
