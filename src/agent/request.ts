import * as v from 'valibot';
import { NetprobeError } from '../contract/error.ts';
import type { Json } from '../contract/json.ts';
import type { ToAgent } from '../wire/control.ts';

const text = v.pipe(v.string(), v.maxLength(256));
const small = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(4096));
// Options are checked by their own kind, later.
const anything = v.unknown() as v.GenericSchema<Json>;

const openRequest = v.strictObject({
  cell: text,
  attempt: small,
  part: text,
  kind: text,
  role: text,
  seat: small,
  shard: v.strictObject({ index: small, of: small }),
  options: anything,
  seed: v.pipe(v.number(), v.integer()),
  seats: v.pipe(
    v.array(
      v.strictObject({
        site: text,
        agent: v.optional(text),
        target: v.optional(v.pipe(v.string(), v.maxLength(2048))),
      }),
    ),
    v.maxLength(256),
  ),
});

const error = v.looseObject({ code: text, origin: text, message: v.pipe(v.string(), v.maxLength(4096)) });

const toAgent = v.variant('do', [
  v.strictObject({ do: v.literal('open'), request: openRequest }),
  v.strictObject({ do: v.literal('hear'), seat: small, message: anything }),
  v.strictObject({ do: v.literal('hush'), seat: small }),
  v.strictObject({ do: v.literal('abort'), error }),
]);

/** Checks a control message from a controller: even one that knows the secret may be broken or newer. */
export function parseToAgent(message: Json): ToAgent {
  const result = v.safeParse(toAgent, message);
  if (result.success) return result.output as unknown as ToAgent;
  throw new NetprobeError('NETPROBE_PROTOCOL', 'a control message that this agent does not know', {
    expected: result.issues[0]?.expected ?? 'a control message',
    found: result.issues[0]?.received ?? 'something else',
  });
}
