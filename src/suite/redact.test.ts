import fc from 'fast-check';
import { expect, test } from 'vitest';
import { publicText, publicUrl } from './redact.ts';

test.each([
  ['https://objects.example/health', 'https://objects.example/health'],
  ['tcp://[::1]:443', 'tcp://[::1]:443'],
  ['https://ann:pa@ss@host:8443/x', 'https://[redacted]@host:8443/x'],
  ['https://host/x?key=s3cret&flag&n=', 'https://host/x?key=[redacted]&[redacted]&n=[redacted]'],
  ['https://host/x?a=1=2#part', 'https://host/x?a=[redacted]'],
  ['https://host/x?', 'https://host/x?'],
  ['https://host/a@b?c=d', 'https://host/a@b?c=[redacted]'],
  ['wss://user@host', 'wss://[redacted]@host'],
])('shows %s as %s', (url, shown) => expect(publicUrl(url)).toBe(shown));

test('leaves a text without URLs alone', () => {
  expect(publicText('rtt_ms p99 <= 20? a@b')).toBe('rtt_ms p99 <= 20? a@b');
});

test('finds URLs inside a text', () => {
  expect(publicText('# was https://u:p@a/?k=v before, and ws://b/?t=1')).toBe(
    '# was https://[redacted]@a/?k=[redacted] before, and ws://b/?t=[redacted]',
  );
});

test('is still a URL of the same host and path, without what was in user info and query', () => {
  const word = fc.stringMatching(/^[A-Za-z0-9]{6,20}$/);
  fc.assert(
    fc.property(word, word, word, word, (user, password, key, value) => {
      const shown = publicUrl(`https://${user}:${password}@host.example/path?${key}=${value}&${value}`);
      for (const secret of [`${user}:`, `:${password}`, `=${value}`, `&${value}`]) expect(shown).not.toContain(secret);
      const url = new URL(shown);
      expect([url.host, url.pathname, [...url.searchParams.keys()][0]]).toEqual(['host.example', '/path', key]);
    }),
  );
});

test('is the same when done twice', () => {
  fc.assert(
    fc.property(fc.webUrl({ withQueryParameters: true, withFragments: true }), (url) => {
      expect(publicUrl(publicUrl(url))).toBe(publicUrl(url));
    }),
  );
});
