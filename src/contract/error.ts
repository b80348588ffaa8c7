/** Where a failure comes from: the measured server, the path, netprobe's agent, this machine, or what the user wrote. */
export type Origin = 'target' | 'network' | 'agent' | 'local' | 'config';

/** Every stable error code, with the origin that it has unless the thrower knows better. Documented in docs/errors.md. */
export const CODES = {
  NETPROBE_USAGE: 'config',
  NETPROBE_SUITE_UNREADABLE: 'config',
  NETPROBE_SUITE_SYNTAX: 'config',
  NETPROBE_SUITE_INVALID: 'config',
  NETPROBE_SECRET_MISSING: 'config',
  NETPROBE_TOKEN_WEAK: 'config',
  NETPROBE_AGENT_OPEN: 'config',
  NETPROBE_LIMIT_EXCEEDED: 'config',
  NETPROBE_OUT_EXISTS: 'config',
  NETPROBE_OUT_UNWRITABLE: 'local',
  NETPROBE_WRITE_FAILED: 'local',
  NETPROBE_RECORDS_INVALID: 'local',
  NETPROBE_DNS_NOT_FOUND: 'config',
  NETPROBE_DNS_FAILED: 'local',
  NETPROBE_CONNECT_REFUSED: 'target',
  NETPROBE_CONNECT_TIMEOUT: 'network',
  NETPROBE_UNREACHABLE: 'network',
  NETPROBE_UDP_UNANSWERED: 'network',
  NETPROBE_RESET: 'target',
  NETPROBE_CLOSED: 'target',
  NETPROBE_TIMEOUT: 'target',
  NETPROBE_TLS: 'target',
  NETPROBE_HTTP_STATUS: 'target',
  NETPROBE_WS_HANDSHAKE: 'target',
  NETPROBE_PROTOCOL: 'target',
  NETPROBE_AGENT_VERSION: 'agent',
  NETPROBE_AGENT_KIND: 'agent',
  NETPROBE_DSCP_UNSUPPORTED: 'agent',
  NETPROBE_AGENT_DENIED: 'config',
  NETPROBE_AGENT_BUSY: 'agent',
  NETPROBE_AGENT_SILENT: 'agent',
  NETPROBE_AGENT_CLOSED: 'agent',
  NETPROBE_AGENT_GARBAGE: 'agent',
  NETPROBE_AGENT_START: 'local',
  NETPROBE_LISTEN: 'local',
  NETPROBE_DEADLINE: 'local',
  NETPROBE_LOCAL_RESOURCES: 'local',
  NETPROBE_LANE_DIED: 'local',
  NETPROBE_ABORTED: 'local',
  NETPROBE_INTERNAL: 'local',
} as const satisfies Record<string, Origin>;

export type ErrorCode = keyof typeof CODES;

/** A NetprobeError as plain data: what journals, reports and peers carry. */
export interface ErrorJson {
  code: ErrorCode;
  origin: Origin;
  message: string;
  expected?: string;
  found?: string;
  hint?: string;
}

export interface ErrorDetails {
  /** Overrides the code's usual origin. */
  origin?: Origin;
  /** What would have been right. */
  expected?: string;
  /** What was there instead. */
  found?: string;
  /** What the reader can do about it. */
  hint?: string;
  cause?: unknown;
}

/** The only error that a user ever sees: a stable code, where it comes from, what was expected, found, and what to do. */
export class NetprobeError extends Error {
  readonly code: ErrorCode;
  readonly origin: Origin;
  readonly expected: string | undefined;
  readonly found: string | undefined;
  readonly hint: string | undefined;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'NetprobeError';
    this.code = code;
    this.origin = details.origin ?? CODES[code];
    this.expected = details.expected;
    this.found = details.found;
    this.hint = details.hint;
  }

  toJSON(): ErrorJson {
    return {
      code: this.code,
      origin: this.origin,
      message: this.message,
      ...(this.expected === undefined ? {} : { expected: this.expected }),
      ...(this.found === undefined ? {} : { found: this.found }),
      ...(this.hint === undefined ? {} : { hint: this.hint }),
    };
  }

  /** Rebuilds an error that arrived as data. A code that this version does not know (a newer agent's) becomes `fallback`. */
  static from(json: ErrorJson, fallback: ErrorCode = 'NETPROBE_INTERNAL'): NetprobeError {
    const known = Object.hasOwn(CODES, json.code);
    return new NetprobeError(known ? json.code : fallback, known ? json.message : `${json.code}: ${json.message}`, {
      origin: json.origin,
      ...(json.expected === undefined ? {} : { expected: json.expected }),
      ...(json.found === undefined ? {} : { found: json.found }),
      ...(json.hint === undefined ? {} : { hint: json.hint }),
    });
  }
}
