import { describe, expect, it } from 'vitest';
import { httpThroughput } from './index.ts';
import { type HttpThroughputOptions, options } from './options.ts';
import { parseStream, streamPath } from './wire.ts';

function parsed(input: unknown): HttpThroughputOptions {
  const result = options.parse(input);
  if (!result.ok) throw new Error(JSON.stringify(result.issues));
  return result.value;
}

describe('the options of http-throughput', () => {
  it('have defaults', () => {
    const defaults = { direction: 'each', duration: 10e9, warmup: 2e9, connections: 4, verify_tls: true };
    expect(parsed({})).toEqual(defaults);
    expect(options.parse(options.effective({}))).toEqual({ ok: true, value: defaults });
  });

  it.each([{ connections: 0 }, { connections: 65 }, { streams: 4 }, { path: 'x' }, { method: 'POST' }])(
    'refuse %j',
    (given) => {
      expect(options.parse(given).ok).toBe(false);
    },
  );
});

describe('the cost of http-throughput', () => {
  const connections = (given: unknown) => httpThroughput.cost(parsed(given), {}).map((cost) => cost.connections);

  it('has connections for every phase, and twice as many for both ways at a time', () => {
    expect(connections({ direction: 'forward' })).toEqual([4, 4]);
    expect(connections({ direction: 'each' })).toEqual([8, 8]);
    expect(connections({ direction: 'duplex' })).toEqual([8, 8]);
  });
});

describe('a stream’s path', () => {
  it('names the way and the stream', () => {
    expect(parseStream('POST', `/${streamPath('up', 7)}`)).toEqual(['up', 7]);
    expect(parseStream('GET', `/${streamPath('down', 0)}`)).toEqual(['down', 0]);
  });

  it.each([
    ['GET', '/up/1'],
    ['POST', '/down/1'],
    ['GET', '/down/'],
    ['GET', '/down/1x'],
    ['GET', '/down/-1'],
    ['GET', '/down/1/2'],
    ['GET', '/sideways/1'],
    [undefined, undefined],
  ])('is nothing else: %s %s', (method, path) => {
    expect(parseStream(method, path)).toBeUndefined();
  });
});
