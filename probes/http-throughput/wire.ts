/**
 * With an agent, every stream of the session is one exchange that never comes to its end:
 *
 *     POST <session>up/<stream>     the request's body is payload, until the near end destroys the connection
 *     GET  <session>down/<stream>   the answer's body is payload, until either end destroys the connection
 *
 * Both are answered 200 at once, so that the near end knows that the stream stands. A duplex stream has one of each.
 * Payload is random bytes; bodies are announced as longer than can ever be sent, which spares them chunked framing.
 */
export const ENDLESS = Number.MAX_SAFE_INTEGER;
/** Payload is written so many bytes at a time. */
export const CHUNK_BYTES = 256 * 1024;

export type Way = 'up' | 'down';

export function streamPath(way: Way, stream: number): string {
  return `${way}/${stream}`;
}

/** Which stream a request (its path relative to the session) opens; undefined for anything else. */
export function parseStream(method: string | undefined, path: string | undefined): [Way, number] | undefined {
  const match = /^\/(up|down)\/(\d{1,6})$/.exec(path ?? '');
  const way = match?.[1] as Way | undefined;
  if (way === undefined || method !== (way === 'up' ? 'POST' : 'GET')) return undefined;
  return [way, Number(match?.[2])];
}
