import { SESSION_BYTES } from './preface.ts';

/**
 * HTTP and WebSocket connections of a session ask for `/netprobe/<session>/…`, and their first request carries
 * `netprobe-proof: <stream>.<proof>`, both in hex or decimal digits. Later requests of the connection need no proof.
 */
const PREFIX = '/netprobe/';
export const PROOF_HEADER = 'netprobe-proof';
/** The longest request head that an agent reads before it knows who asks. */
export const MAX_HEAD_BYTES = 16 * 1024;

export function sessionPath(session: Uint8Array): string {
  return `${PREFIX}${Buffer.from(session).toString('hex')}/`;
}

export function proofHeader(stream: number, proof: Uint8Array): string {
  return `${stream}.${Buffer.from(proof).toString('hex')}`;
}

export interface HttpOpening {
  /** Session id in hex. */
  session: string;
  stream: number;
  proof: Uint8Array;
}

/**
 * What the first request on a connection claims, from its raw head (up to and with the empty line); undefined when it
 * is not a session's. Deliberately no HTTP parser: anything unusual is turned away.
 */
export function parseOpening(head: string): HttpOpening | undefined {
  const [requestLine, ...lines] = head.split('\r\n');
  const target = /^[A-Z]{1,16} (\S+) HTTP\/1\.1$/.exec(requestLine ?? '')?.[1];
  const session = target === undefined ? undefined : sessionOf(target);
  const claims = lines.filter((line) => line.toLowerCase().startsWith(`${PROOF_HEADER}:`));
  const claim = /^[^:]+: ?(\d{1,10})\.([0-9a-f]{64})$/.exec(claims[0] ?? '');
  if (session === undefined || claims.length !== 1 || claim?.[1] === undefined || claim[2] === undefined)
    return undefined;
  const stream = Number(claim[1]);
  return stream > 0xffffffff ? undefined : { session, stream, proof: Buffer.from(claim[2], 'hex') };
}

/** The session (hex) that a request's path names; undefined for any other path. */
export function sessionOf(path: string): string | undefined {
  return new RegExp(`^${PREFIX}([0-9a-f]{${SESSION_BYTES * 2}})/`).exec(path)?.[1];
}

/** The path relative to the session: '/netprobe/<session>/x?y' → '/x?y'. */
export function relativePath(path: string): string {
  return path.slice(PREFIX.length + SESSION_BYTES * 2);
}
