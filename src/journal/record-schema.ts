import * as v from 'valibot';
import { CloseStatusSchema } from './run-records.ts';

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const key = { cell: v.string(), attempt: count, part: v.string(), seat: count, shard: count };

// An agent of another version may have codes that this one does not know: its word is kept as it came.
const error = v.looseObject({ code: v.string(), origin: v.string(), message: v.string() });

const RecordSchema = v.variant('is', [
  v.object({
    is: v.literal('open'),
    ...key,
    unixNs: v.pipe(v.string(), v.regex(/^\d{1,20}$/)),
    kind: v.string(),
    role: v.string(),
    tables: v.record(v.string(), v.record(v.string(), v.picklist(['ns', 'uint', 'float', 'code']))),
  }),
  // Rows are checked one by one where they are stored.
  v.object({ is: v.literal('rows'), ...key, table: v.string(), from: count, rows: v.custom(Array.isArray) }),
  v.object({ is: v.literal('fact'), ...key, at: v.number(), name: v.string(), value: v.unknown() }),
  v.object({
    is: v.literal('close'),
    ...key,
    at: v.number(),
    status: CloseStatusSchema,
    error: v.nullable(error),
  }),
]);

/** Why a value is no journal record, rows aside; undefined when it is one. */
export function recordFault(value: unknown): { expected: string; found: string } | undefined {
  const result = v.safeParse(RecordSchema, value, { abortEarly: true });
  const issue = result.success ? undefined : result.issues[0];
  if (issue === undefined) return undefined;
  const path = v.getDotPath(issue);
  return { expected: `${issue.expected ?? issue.message}${path === null ? '' : ` as ${path}`}`, found: issue.received };
}
