import * as v from 'valibot';
import { defineOptions } from '../../src/contract/options.ts';
import { fillSchedule, NOT_BOTH, notBoth, scheduleEntries } from '../../src/contract/schedule.ts';
import { secret } from '../../src/contract/secret.ts';
import { size, wholeNumber } from '../../src/contract/units.ts';
import { httpEntries } from '../../src/measure/http-options.ts';

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;
const WITH_BODY: readonly string[] = ['POST', 'PUT', 'PATCH'];

const STATUS = 'a status code from 200 to 599, or a list of them';
const status = v.pipe(v.number(STATUS), v.integer(STATUS), v.minValue(200, STATUS), v.maxValue(599, STATUS));
const statuses = v.pipe(
  v.union([status, v.pipe(v.array(status), v.minLength(1, STATUS))], STATUS),
  v.transform((given) => (typeof given === 'number' ? [given] : given)),
);

const schema = v.pipe(
  v.strictObject({
    ...httpEntries,
    method: v.optional(v.picklist(METHODS), 'GET'),
    /** Sent with every request. An agent gets as many random bytes instead: it may be a secret. */
    body: v.optional(secret()),
    /** The statuses that are an answer; without it all of 200 to 299. Redirects are not followed. */
    expect: v.optional(statuses),
    /** `new`: every request opens a connection of its own, and its duration includes that. */
    connection: v.optional(v.picklist(['reuse', 'new'], 'reuse or new'), 'reuse'),
    /** With `reuse`: so many are opened beforehand and kept. Requests that find all of them busy wait for one. */
    connections: v.optional(wholeNumber(1, 256), 8),
    ...scheduleEntries({ rate: '20/s', timeout: '5s' }),
    /** A longer body is cut off, and a failure. */
    max_body: v.optional(size({ min: 1, max: 2 ** 30, words: 'from 1 B to 1 GiB' }), '1 MiB'),
    /** The body of an agent's answers. */
    response_size: v.optional(size({ max: 2 ** 20, words: 'at most 1 MiB' }), '64 B'),
  }),
  v.check((o) => notBoth(o), NOT_BOTH),
  v.forward(
    v.check((o) => o.body === undefined || WITH_BODY.includes(o.method), `a body only with ${WITH_BODY.join(', ')}`),
    ['body'],
  ),
);

export type HttpRequestOptions = v.InferOutput<typeof schema>;

export const options = defineOptions(schema, (given) => fillSchedule(given, { count: 100 }));
