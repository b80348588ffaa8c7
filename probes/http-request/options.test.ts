import { describe, expect, it } from 'vitest';
import type { OptionIssue } from '../../src/contract/options.ts';
import { httpRequestCost } from './cost.ts';
import { type HttpRequestOptions, options } from './options.ts';

function parsed(input: unknown): HttpRequestOptions {
  const result = options.parse(input);
  if (!result.ok) throw new Error(JSON.stringify(result.issues));
  return result.value;
}

function issues(input: unknown): OptionIssue[] {
  const result = options.parse(input);
  return result.ok ? [] : result.issues;
}

describe('the options of http-request', () => {
  it('have defaults', () => {
    expect(parsed({})).toEqual({
      method: 'GET',
      connection: 'reuse',
      connections: 8,
      verify_tls: true,
      count: 100,
      sampling: 'poisson',
      rate: 20,
      timeout: 5e9,
      max_body: 1024 * 1024,
      response_size: 64,
    });
  });

  it('take their own effective form again, secrets as references too', () => {
    const given = { headers: { a: { env: 'A' } }, body: { held: '1' }, method: 'POST', expect: 201, duration: '10s' };
    expect(options.parse(options.effective(given))).toEqual(options.parse(given));
    expect(parsed(given).expect).toEqual([201]);
  });

  it.each(['x', 'http://other/', '/a b', '/a#b', '/ä', '/a\r\nx: y', `/${'a'.repeat(5000)}`])(
    'refuse path %j',
    (path) => {
      expect(issues({ path })).toMatchObject([{ path: ['path'] }]);
    },
  );

  it.each(['/', '//host/x', '/a?b=%20&c', '/a/../b', "/~!$&'()*+,;=:@"])('take path %j', (path) => {
    expect(parsed({ path }).path).toBe(path);
  });

  it.each([
    'bad name',
    'x:',
    '',
    'Connection',
    'content-length',
    'TRANSFER-ENCODING',
    'netprobe-proof',
    'Expect',
    'upgrade',
  ])('refuse header %j', (name) => {
    expect(issues({ headers: { [name]: 'x' } })).toHaveLength(1);
  });

  it('refuse a header twice, however it is capitalised', () => {
    expect(issues({ headers: { Accept: 'x', accept: 'y' } })).toMatchObject([{ path: ['headers'] }]);
    expect(parsed({ headers: { host: 'other', 'X-Key': { file: 'key' } } }).headers).toEqual({
      host: 'other',
      'X-Key': { file: 'key' },
    });
  });

  it('take a body only with methods that have one', () => {
    for (const method of ['GET', 'HEAD', 'DELETE', 'OPTIONS'])
      expect(issues({ method, body: 'x' })).toMatchObject([
        { path: ['body'], expected: 'a body only with POST, PUT, PATCH' },
      ]);
    for (const method of ['POST', 'PUT', 'PATCH']) expect(issues({ method, body: 'x' })).toEqual([]);
  });

  it.each([[], [99], 199, 600, 200.5, '2xx', ['200']])('refuse to expect %j', (expected) => {
    const [issue] = issues({ expect: expected });
    expect(issue?.path[0]).toBe('expect');
    expect(issue?.expected).toBe('a status code from 200 to 599, or a list of them');
  });

  it.each([
    { connections: 0 },
    { connections: 257 },
    { connection: 'keep' },
    { method: 'CONNECT' },
    { max_body: '0 B' },
    { max_body: '2 GiB' },
    { response_size: '2 MiB' },
    { count: 1, duration: '1s' },
  ])('refuse %j', (given) => {
    expect(issues(given)).toHaveLength(1);
  });
});

describe('the cost of http-request', () => {
  it('allows one connection for each request, and those kept', () => {
    expect(httpRequestCost(parsed({ count: 50 })).map(({ connections }) => connections)).toEqual([58, 58]);
    const fresh = httpRequestCost(parsed({ count: 50, connection: 'new' }));
    expect(fresh.map(({ connections }) => connections)).toEqual([50, 50]);
  });

  it('asks no more connections of an agent for a long cell than it grants', () => {
    const [, agent] = httpRequestCost(parsed({ count: 1_000_000, connections: 256 }));
    expect(agent?.connections).toBe(9256);
  });

  it('bounds what is received by max_body, and what is sent by the longest body', () => {
    const [initiator] = httpRequestCost(parsed({ count: 10, connections: 1, max_body: '1 MiB' }));
    expect(initiator?.bytesIn).toBeGreaterThanOrEqual(10 * (1024 * 1024 + 64 * 1024));
    const [posting] = httpRequestCost(parsed({ count: 10, method: 'POST', body: { env: 'BODY' } }));
    expect(posting?.bytesOut).toBeGreaterThanOrEqual(10 * 1024 * 1024);
    expect(posting?.payloadBytes).toBe(1024 * 1024);
  });

  it('stays within whole numbers', () => {
    const costs = httpRequestCost(parsed({ count: 10_000_000, max_body: '1 GiB' }));
    for (const { bytesIn, bytesOut, bps } of costs)
      for (const value of [bytesIn, bytesOut, bps]) expect(Number.isSafeInteger(value)).toBe(true);
  });

  it('lasts for opening connections, the schedule and the last answer', () => {
    const [cost] = httpRequestCost(parsed({ count: 100, rate: '10/s', timeout: '2s', connections: 10 }));
    expect(cost?.durationNs).toBe(2e9 + 100e6 + 10e9 + 6e9);
    expect(cost?.rows).toEqual({ request: 100, connection: 110 });
  });
});
