import * as v from 'valibot';
import { CODES, type ErrorCode, type ErrorJson } from '../contract/error.ts';
import type { HostDescription } from '../contract/host.ts';

// Records of the run itself, in run.ndjson. Wall time stands here and only here: it places things on the calendar.

const time = v.pipe(v.string(), v.isoTimestamp());

export const ToolSchema = v.strictObject({
  name: v.string(),
  version: v.string(),
  /** Version of Node.js. */
  node: v.string(),
  platform: v.string(),
  arch: v.string(),
});

const factValue = v.nullable(v.union([v.string(), v.pipe(v.number(), v.finite()), v.boolean(), v.array(v.number())]));
export const factsEntries = { facts: v.record(v.string(), factValue), missing: v.record(v.string(), v.string()) };
/** A machine by its own word: facts that bear on figures, and why some of them are missing. */
export const HostSchema: v.GenericSchema<HostDescription> = v.strictObject({
  node: v.string(),
  platform: v.string(),
  arch: v.string(),
  ...factsEntries,
});

const text = v.exactOptional(v.string());

export const ErrorSchema: v.GenericSchema<ErrorJson> = v.strictObject({
  code: v.picklist(Object.keys(CODES) as ErrorCode[]),
  origin: v.picklist(['target', 'network', 'agent', 'local', 'config']),
  message: v.string(),
  expected: text,
  found: text,
  hint: text,
});

export const CloseStatusSchema = v.picklist(['completed', 'partial', 'failed', 'skipped']);

const attempt = v.pipe(v.number(), v.safeInteger(), v.minValue(1));

export const RunRecordSchema = v.variant('is', [
  v.strictObject({
    is: v.literal('run-open'),
    id: v.string(),
    tool: ToolSchema,
    startedAt: time,
    planSha256: v.string(),
    /** The machine that measures. */
    host: HostSchema,
  }),
  /** The interface towards an address that was measured. */
  v.strictObject({ is: v.literal('route'), address: v.string(), ...factsEntries }),
  v.strictObject({ is: v.literal('cell-open'), cell: v.string(), attempt, at: time }),
  v.strictObject({
    is: v.literal('cell-close'),
    cell: v.string(),
    attempt,
    at: time,
    status: CloseStatusSchema,
    error: v.nullable(ErrorSchema),
    /** The IP address that was measured. */
    address: v.nullable(v.string()),
    /** How long looking up its name took; null when there was none to look up. */
    dnsNs: v.nullable(v.pipe(v.number(), v.safeInteger(), v.minValue(0))),
  }),
  v.strictObject({ is: v.literal('run-close'), status: v.picklist(['completed', 'interrupted']), at: time }),
]);

/** What the run says of itself: when it began and ended, and what became of each attempt at a cell. */
export type RunRecord = v.InferOutput<typeof RunRecordSchema>;
