/**
 * Stream n of a session is the WebSocket at `<session>/stream/<n>`. Its payload is binary messages of random bytes, all
 * of the agreed size.
 */
export function streamUrl(session: URL, stream: number): URL {
  return new URL(`stream/${stream}`, session);
}

/** The stream number that a path, relative to the session, names; undefined for any other path. */
export function streamOf(path: string): number | undefined {
  const digits = /^\/stream\/(\d{1,6})$/.exec(path)?.[1];
  return digits === undefined ? undefined : Number(digits);
}
