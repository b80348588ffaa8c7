import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatAddress, parseAddress } from './address.ts';

test.each([
  ['host.example:443', 'host.example', 443],
  ['HOST.example:1', 'host.example', 1],
  ['203.0.113.7:65535', '203.0.113.7', 65535],
  ['[2001:DB8::1]:8620', '[2001:db8::1]', 8620],
  ['bücher.example:80', 'xn--bcher-kva.example', 80],
  ['my_host:80', 'my_host', 80],
])('reads %s', (text, host, port) => expect(parseAddress(text)).toEqual({ ok: true, host, port }));

test('adds the default port', () => {
  expect(parseAddress('host', 8620)).toEqual({ ok: true, host: 'host', port: 8620 });
  expect(parseAddress('[::1]', 8620)).toEqual({ ok: true, host: '[::1]', port: 8620 });
});

test.each([
  ['host', 'a port, as in host:443'],
  ['host:', 'a port from 1 to 65535'],
  ['host:0', 'a port from 1 to 65535'],
  ['host:65536', 'a port from 1 to 65535'],
  ['host:1e3', 'a port from 1 to 65535'],
  ['300.1.1.1:80', 'a host name'],
  ['10.1:80', 'a host name'],
  ['[::g]:80', 'a host name'],
  ['[fe80::1%eth0]:80', 'a host name'],
  ['::1:80', 'an [IPv6] address'],
  ['-x:80', 'a host name'],
  ['a..b:80', 'a host name'],
  ['a b:80', 'a host name'],
  [':80', 'a host name'],
  ['', 'a host name'],
])('refuses %j, expecting %s', (text, expected) => {
  const parsed = parseAddress(text);
  expect(parsed.ok ? '' : parsed.expected).toContain(expected);
});

test('reads or refuses any text, and reads again what it wrote', () => {
  const near = fc.stringMatching(/^[a-z0-9.:[\]%-]{0,20}$/);
  fc.assert(
    fc.property(fc.oneof(fc.string(), near), (text) => {
      const parsed = parseAddress(text, 1);
      if (parsed.ok) expect(parseAddress(formatAddress(parsed))).toEqual(parsed);
    }),
  );
});
