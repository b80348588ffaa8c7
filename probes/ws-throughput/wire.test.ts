import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { options } from './options.ts';
import { streamOf, streamUrl } from './wire.ts';

const SESSION = new URL('ws://h:8620/netprobe/0123456789abcdef/');

describe('streams of ws-throughput', () => {
  test('are named in the path', () => {
    expect(streamUrl(SESSION, 7).href).toBe('ws://h:8620/netprobe/0123456789abcdef/stream/7');
    fc.assert(fc.property(fc.integer({ min: 0, max: 127 }), (n) => streamOf(`/stream/${n}`) === n));
  });

  test.each(['', '/', '/stream/', '/stream/-1', '/stream/1.5', '/stream/1/', '/stream/1?x', '/stream/12345678'])(
    'are not named by %j',
    (path) => expect(streamOf(path)).toBeUndefined(),
  );
});

describe('options of ws-throughput', () => {
  test('are four streams of 64 KiB messages unless said otherwise', () => {
    expect(options.effective({})).toMatchObject({ streams: 4, size: '64 KiB', direction: 'each' });
    expect(options.parse({})).toMatchObject({ ok: true, value: { streams: 4, size: 65_536 } });
  });

  test.each([{ streams: 0 }, { streams: 65 }, { size: '1023 B' }, { size: '2 MiB' }, { rate: '1/s' }])(
    'do not take %j',
    (given) => expect(options.parse(given).ok).toBe(false),
  );
});
