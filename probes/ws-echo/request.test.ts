import { describe, expect, test } from 'vitest';
import type { Endpoint } from '../../src/contract/io.ts';
import { options, type WsEchoOptions } from './options.ts';
import { connectHow, upgradeRequest } from './request.ts';

function parsed(given: object): WsEchoOptions {
  const result = options.parse(given);
  if (!result.ok) throw new Error(JSON.stringify(result.issues));
  return result.value;
}

function endpoint(url: string, agent = false): Endpoint {
  return { url: new URL(url), address: '192.0.2.1', agent, proof: () => ({ 'netprobe-proof': '0.ab' }) };
}

describe('the upgrade request', () => {
  test.each([
    ['wss://h.example/a?b=1', undefined, 'wss://h.example/a?b=1'],
    ['wss://h.example/a?b=1', '/c', 'wss://h.example/c'],
    ['wss://h.example/a?b=1', '/c?d=2?e', 'wss://h.example/c?d=2?e'],
    ['ws://u:p@h.example:81/a', '//other.example/c', 'ws://u:p@h.example:81//other.example/c'],
  ])('to %s with the path %s asks for %s', (url, path, asked) => {
    const request = upgradeRequest(endpoint(url), parsed(path === undefined ? {} : { path }));
    expect(request.url.href).toBe(asked);
  });

  test('shows a target the headers that were given, and no proof', () => {
    const request = upgradeRequest(endpoint('ws://h/'), parsed({ headers: { 'x-a': '1' }, subprotocol: 'chat' }));
    expect(request).toMatchObject({ headers: { 'User-Agent': 'netprobe', 'x-a': '1' }, subprotocol: 'chat' });
    expect(request.headers).not.toHaveProperty('netprobe-proof');
  });

  test('shows an agent its proof, and nothing else', () => {
    const options = parsed({ headers: { authorization: 'secret' }, path: '/x', subprotocol: 'chat' });
    const { url, headers, subprotocol } = upgradeRequest(endpoint('ws://h:1/netprobe/00/', true), options);
    expect([url.pathname, headers, subprotocol]).toEqual(['/netprobe/00/', { 'netprobe-proof': '0.ab' }, undefined]);
  });

  test('cannot be made without the secrets that it needs', () => {
    const options = parsed({ headers: { authorization: { env: 'TOKEN' } } });
    expect(() => upgradeRequest(endpoint('ws://h/'), options)).toThrow(
      expect.objectContaining({ code: 'NETPROBE_SECRET_MISSING' }),
    );
  });
});

describe('the connection', () => {
  test('has TLS for wss: alone, with the name or address that the URL has', () => {
    const options = parsed({});
    expect(connectHow(endpoint('ws://h/'), options)).toEqual({ timeoutNs: 3e9 });
    const tls = { servername: 'h.example', rejectUnauthorized: true };
    expect(connectHow(endpoint('wss://h.example/'), options)).toEqual({ timeoutNs: 3e9, tls });
    expect(connectHow(endpoint('wss://[::1]:1/'), options).tls?.servername).toBe('::1');
    expect(connectHow(endpoint('wss://h/'), parsed({ verify_tls: false })).tls?.rejectUnauthorized).toBe(false);
  });
});
