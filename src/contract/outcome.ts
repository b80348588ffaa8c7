import { type ErrorCode, NetprobeError, type Origin } from './error.ts';

/**
 * What became of one sample: a closed list, stored as its number in every table's `outcome` column.
 * The numbers are part of the sample format: append, never renumber.
 */
const OUTCOMES = [
  'received', // 0: answered, and the answer was right
  'timeout', // 1: no answer within the probe's timeout; counted as lost
  'refused', // 2: the connection was refused
  'unreachable', // 3: no route to the host or network
  'reset', // 4: the peer or a middlebox reset the connection
  'closed', // 5: the peer closed the connection before answering
  'tls', // 6: the TLS handshake failed
  'protocol', // 7: an answer that is not one: garbage, or without the request's random bits
  'status', // 8: an HTTP status other than the expected ones
  'local', // 9: this machine failed (file descriptors, ports, memory)
  'skipped', // 10: never sent, because the cell ended before its turn
] as const;

export type Outcome = (typeof OUTCOMES)[number];

/** The number that stands for an outcome in a table. */
export function outcomeCode(outcome: Outcome): number {
  return OUTCOMES.indexOf(outcome);
}

/** The outcome that a stored number stands for; undefined for a number that no version has written. */
export function outcomeOf(code: number): Outcome | undefined {
  return OUTCOMES[code];
}

const BY_ERRNO: Record<string, [Outcome, ErrorCode, Origin]> = {
  ECONNREFUSED: ['refused', 'NETPROBE_CONNECT_REFUSED', 'target'],
  ETIMEDOUT: ['timeout', 'NETPROBE_CONNECT_TIMEOUT', 'network'],
  EHOSTUNREACH: ['unreachable', 'NETPROBE_UNREACHABLE', 'network'],
  EHOSTDOWN: ['unreachable', 'NETPROBE_UNREACHABLE', 'network'],
  ENETUNREACH: ['unreachable', 'NETPROBE_UNREACHABLE', 'network'],
  ENETDOWN: ['unreachable', 'NETPROBE_UNREACHABLE', 'local'],
  ECONNRESET: ['reset', 'NETPROBE_RESET', 'target'],
  EPIPE: ['reset', 'NETPROBE_RESET', 'target'],
  ECONNABORTED: ['reset', 'NETPROBE_RESET', 'network'],
  EPROTO: ['tls', 'NETPROBE_TLS', 'target'],
  EMFILE: ['local', 'NETPROBE_LOCAL_RESOURCES', 'local'],
  ENFILE: ['local', 'NETPROBE_LOCAL_RESOURCES', 'local'],
  ENOBUFS: ['local', 'NETPROBE_LOCAL_RESOURCES', 'local'],
  ENOMEM: ['local', 'NETPROBE_LOCAL_RESOURCES', 'local'],
  EADDRNOTAVAIL: ['local', 'NETPROBE_LOCAL_RESOURCES', 'local'],
  EACCES: ['local', 'NETPROBE_LOCAL_RESOURCES', 'local'],
  EPERM: ['local', 'NETPROBE_LOCAL_RESOURCES', 'local'],
  EMSGSIZE: ['local', 'NETPROBE_LOCAL_RESOURCES', 'local'],
};

const BY_CODE: Partial<Record<ErrorCode, Outcome>> = {
  NETPROBE_CONNECT_REFUSED: 'refused',
  NETPROBE_CONNECT_TIMEOUT: 'timeout',
  NETPROBE_TIMEOUT: 'timeout',
  NETPROBE_UNREACHABLE: 'unreachable',
  NETPROBE_RESET: 'reset',
  NETPROBE_CLOSED: 'closed',
  NETPROBE_AGENT_CLOSED: 'closed',
  NETPROBE_AGENT_SILENT: 'timeout',
  NETPROBE_UDP_UNANSWERED: 'timeout',
  NETPROBE_TLS: 'tls',
  NETPROBE_PROTOCOL: 'protocol',
  NETPROBE_AGENT_GARBAGE: 'protocol',
  NETPROBE_HTTP_STATUS: 'status',
  NETPROBE_WS_HANDSHAKE: 'protocol',
};

/** Node's own codes, OpenSSL's, and those of a certificate that did not verify (X509_V_ERR_… without the prefix). */
const TLS_ERRNO =
  /^ERR_(TLS|SSL|OSSL)|CERT|CRL|SIGNED|SIGNATURE|^UNABLE_TO_|^INVALID_(CA|PURPOSE)$|^PATH_LENGTH_|^HOSTNAME_/;

/**
 * Turns whatever was thrown while talking to `where` (an address, for the message) into a NetprobeError with the
 * right code and origin. A NetprobeError passes through unchanged.
 */
export function failureFrom(error: unknown, where: string): NetprobeError {
  if (error instanceof NetprobeError) return error;
  const errno = errnoOf(error);
  const known = errno === undefined ? undefined : BY_ERRNO[errno];
  const text = error instanceof Error ? error.message : String(error);
  if (known !== undefined) return new NetprobeError(known[1], `${where}: ${text}`, { origin: known[2], cause: error });
  if (errno !== undefined && TLS_ERRNO.test(errno))
    return new NetprobeError('NETPROBE_TLS', `${where}: ${text}`, { found: errno, cause: error });
  if (errno?.startsWith('HPE_'))
    return new NetprobeError('NETPROBE_PROTOCOL', `${where}: ${text}`, { found: errno, cause: error });
  return new NetprobeError('NETPROBE_INTERNAL', `${where}: ${text}`, { cause: error });
}

/** The outcome that a sample has when this error ended it. */
export function outcomeFrom(error: NetprobeError): Outcome {
  return BY_CODE[error.code] ?? 'local';
}

function errnoOf(error: unknown): string | undefined {
  for (let e = error, depth = 0; e instanceof Error && depth < 4; e = e.cause, depth += 1) {
    const code = (e as NodeJS.ErrnoException).code;
    if (typeof code === 'string' && !code.startsWith('UND_ERR')) return code;
  }
  return undefined;
}
