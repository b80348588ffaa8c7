import { describe, expect, test } from 'vitest';
import { options } from './options.ts';

function problem(given: unknown): unknown {
  const parsed = options.parse(given);
  return parsed.ok ? undefined : parsed.issues[0];
}

describe('options of ws-echo', () => {
  test('are 64 B binary messages at 50/s for 10 s unless said otherwise', () => {
    expect(options.effective({})).toEqual({
      duration: '10s',
      rate: '50/s',
      timeout: '3s',
      sampling: 'poisson',
      size: '64 B',
      type: 'binary',
      verify_tls: true,
    });
    expect(options.parse({})).toMatchObject({ ok: true, value: { duration: 10e9, rate: 50, size: 64 } });
  });

  test('are taken again as they were effective', () => {
    const given = {
      count: 7,
      size: '1 KiB',
      type: 'text',
      path: '/echo?x=%20',
      headers: { authorization: { env: 'TOKEN' }, 'x.y': 'z' },
      subprotocol: 'graphql-transport-ws',
      verify_tls: false,
    };
    const effective = options.effective(given);
    expect(effective).toEqual({ ...given, rate: '50/s', timeout: '3s', sampling: 'poisson' });
    expect(options.parse(effective)).toMatchObject({ ok: true, value: { count: 7, size: 1024 } });
  });

  test.each([
    { size: '15 B' },
    { size: '65 KiB' },
    { type: 'blob' },
    { path: 'echo' },
    { path: '/a b' },
    { path: '/a#b' },
    { path: '/a\r\nx: y' },
    { headers: { 'a b': 'c' } },
    { headers: { 'Sec-WebSocket-Extensions': 'permessage-deflate' } },
    { headers: { Upgrade: 'h2c' } },
    { headers: { 'netprobe-proof': '1' } },
    { subprotocol: 'a, b' },
    { subprotocol: '' },
    { verify_tls: 'no' },
    { count: 1, duration: '1s' },
    { sise: '64 B' },
  ])('do not take %j', (given) => expect(problem(given)).toBeDefined());

  test('have a JSON Schema', async () => {
    const schema = (await options.jsonSchema()) as { properties: Record<string, unknown> };
    expect(Object.keys(schema.properties)).toContain('subprotocol');
  });
});
