export const REDACTED = '[redacted]';

// Schemes have a bounded length so that no text takes quadratic time.
const URL_PARTS = /^(\s*[a-z][a-z0-9+.-]{0,30}:\/\/)([^/?#]*@)?([^?#]*)(\?[^#]*)?(#.*)?$/is;
const URL_IN_TEXT = /[a-z][a-z0-9+.-]{0,30}:\/\/[^\s"'<>]+/gi;

/** A URL without user info and query values, which may be secrets, and without a fragment. */
export function publicUrl(url: string): string {
  const parts = URL_PARTS.exec(url);
  if (parts === null) return url;
  const [, scheme = '', user, rest = '', query] = parts;
  return `${scheme}${user === undefined ? '' : `${REDACTED}@`}${rest}${query === undefined ? '' : publicQuery(query)}`;
}

/** A text with every URL in it made public; a text that starts as a URL is one to its end. */
export function publicText(text: string): string {
  return URL_PARTS.test(text) ? publicUrl(text) : text.replace(URL_IN_TEXT, publicUrl);
}

/** "?key=value&flag" → "?key=[redacted]&[redacted]": a part without "=" may be a secret as well. */
function publicQuery(query: string): string {
  const parts = query.slice(1).split('&');
  return `?${parts.map((part) => part.slice(0, part.indexOf('=') + 1) + (part === '' ? '' : REDACTED)).join('&')}`;
}
