import * as v from 'valibot';
import { secret } from '../contract/secret.ts';

/** RFC 9110 §5.6.2. */
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
/** What frames a message or keeps its connection is the probe's own to say. */
const MANAGED =
  /^(connection|content-length|expect|keep-alive|proxy-connection|te|trailer|transfer-encoding|upgrade|netprobe-.*)$/i;
/** An origin-form request target (RFC 9112 §3.2.1): visible ASCII, no fragment. */
const PATH = /^\/[!"$-~]*$/;
const MAX_PATH_CHARS = 4096;
const MAX_HEADERS = 64;

const PATH_WORDS = 'a path such as /health?full=1, percent-encoded and without a fragment';

const headerName = v.pipe(
  v.string(),
  v.regex(TOKEN, 'a header name such as accept'),
  v.check((name) => !MANAGED.test(name), 'a header that the probe does not manage itself'),
);

function distinct(headers: Record<string, unknown>): boolean {
  const names = Object.keys(headers);
  return new Set(names.map((name) => name.toLowerCase())).size === names.length && names.length <= MAX_HEADERS;
}

/** Option keys that every HTTP kind shares. */
export const httpEntries = {
  /** Path and query to ask for; of a target, instead of those of its URL. */
  path: v.optional(v.pipe(v.string(), v.maxLength(MAX_PATH_CHARS, PATH_WORDS), v.regex(PATH, PATH_WORDS))),
  headers: v.optional(
    v.pipe(
      v.record(headerName, secret()),
      v.check(
        (headers) => distinct(headers),
        `at most ${MAX_HEADERS} headers, each name once, however it is capitalised`,
      ),
    ),
  ),
  /** Whether a certificate that cannot be verified is a failure. */
  verify_tls: v.optional(v.boolean(), true),
};

/** The paths of those options that may be secrets. */
export const HTTP_SECRETS = ['headers.*'] as const;
