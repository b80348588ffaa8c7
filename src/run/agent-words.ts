import * as v from 'valibot';
import { CODES, type ErrorCode, type ErrorJson, NetprobeError } from '../contract/error.ts';
import type { AgentHello } from '../contract/hello.ts';
import type { Json } from '../contract/json.ts';
import type { JournalRecord } from '../contract/records.ts';
import { MAX_TO_AGENT_BYTES } from '../wire/control.ts';

// An agent may belong to the judged party: what it says is checked before it is believed to be even well-formed, and
// no error that it reports can name another origin than itself.

const text = v.pipe(v.string(), v.maxLength(200));
const amount = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

const MAX_FACTS = 40;
const factName = v.pipe(v.string(), v.regex(/^[a-z][a-z0-9_]{0,40}$/));
const finite = v.pipe(v.number(), v.finite());
const factValue = v.nullable(v.union([text, finite, v.boolean(), v.pipe(v.array(finite), v.maxLength(8))]));
const facts = v.pipe(v.record(factName, factValue), v.maxEntries(MAX_FACTS));
const missing = v.pipe(v.record(factName, text), v.maxEntries(MAX_FACTS));

const hello: v.GenericSchema<AgentHello> = v.object({
  tool: v.object({ name: text, version: text }),
  wire: amount,
  kinds: v.pipe(v.array(text), v.maxLength(100)),
  limits: v.object({
    durationNs: amount,
    connections: amount,
    streams: amount,
    payloadBytes: amount,
    sessions: amount,
    rows: amount,
  }),
  host: v.object({ node: text, platform: text, arch: text, facts, missing }),
});

const status = v.picklist(['completed', 'partial', 'failed', 'skipped']);

/** Longest message between seats, as long as an agent takes one. */
const MAX_TELL_CHARS = MAX_TO_AGENT_BYTES;
const MAX_DEPTH = 16;

/** Whether a value of an agent's is one that this side can pass on and keep: of bounded depth and length. */
export function isSmall(value: Json, maxChars: number): boolean {
  return isShallow(value, MAX_DEPTH) && JSON.stringify(value).length <= maxChars;
}

function isShallow(value: Json, depth: number): boolean {
  if (value === null || typeof value !== 'object') return true;
  return depth > 0 && Object.values(value).every((inner) => isShallow(inner, depth - 1));
}

const small = v.pipe(
  v.unknown() as v.GenericSchema<unknown, Json>,
  v.check((message) => isSmall(message, MAX_TELL_CHARS), 'a short message'),
);

const words = v.variant('is', [
  v.object({ is: v.literal('hello'), hello }),
  v.object({ is: v.literal('opened'), session: v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/)) }),
  v.object({ is: v.literal('refused'), error: v.unknown() }),
  v.object({ is: v.literal('record'), record: v.unknown() as v.GenericSchema<unknown, JournalRecord> }),
  v.object({ is: v.literal('tell'), seat: amount, message: small }),
  v.object({ is: v.literal('closed'), status, error: v.unknown() }),
]);

export type AgentWords = v.InferOutput<typeof words>;

/** A control message from an agent. Throws NETPROBE_AGENT_GARBAGE for anything else. */
export function parseAgentWords(message: Json, name: string): AgentWords {
  const result = v.safeParse(words, message);
  if (result.success) return result.output;
  const issue = result.issues[0];
  throw new NetprobeError('NETPROBE_AGENT_GARBAGE', `${name} broke the control protocol`, {
    expected: `${v.getDotPath(issue) ?? 'message'}: ${issue.expected ?? 'known'}`,
    found: issue.received.slice(0, 100),
  });
}

/**
 * An error that an agent reports, as its word: of origin `agent`, of a known code, of bounded length. What stands for a
 * failure or an abort on this machine would excuse the agent: it becomes the end of the session that it is for us.
 */
export function agentError(reported: unknown): ErrorJson {
  const error = (reported !== null && typeof reported === 'object' ? reported : {}) as Partial<ErrorJson>;
  const code = codeOf(error.code);
  const words = (value: unknown) => (typeof value === 'string' ? value.slice(0, 500) : undefined);
  const [expected, found, hint] = [words(error.expected), words(error.found), words(error.hint)];
  return {
    code,
    origin: 'agent',
    message: messageOf(code, error.code, words(error.message)),
    ...(expected === undefined ? {} : { expected }),
    ...(found === undefined ? {} : { found }),
    ...(hint === undefined ? {} : { hint }),
  };
}

function codeOf(reported: unknown): ErrorCode {
  if (typeof reported !== 'string' || !Object.hasOwn(CODES, reported)) return 'NETPROBE_AGENT_GARBAGE';
  const code = reported as ErrorCode;
  return CODES[code] === 'local' ? 'NETPROBE_AGENT_CLOSED' : code;
}

function messageOf(code: ErrorCode, reported: unknown, message = 'the agent gave no reason'): string {
  return code === 'NETPROBE_AGENT_CLOSED' && code !== reported ? `the agent ended the session: ${message}` : message;
}
