import { expect, test } from 'vitest';
import { configLines, pairLines } from './config.ts';

test('options become the lines that README.md describes', () => {
  const lines = configLines({
    sites: ['a', 'b'],
    seed: 7,
    mtu: 9000,
    offload: false,
    log: { headBytes: 64, only: ['udp:7000', 'tcp'] },
    defaults: { delayMs: 10, reorder: true },
    pairs: {
      'a>b': { blackouts: [{ atS: 1.5, forS: 2 }], hops: [{ v4: '10.0.0.1', v6: '2001:db8::1', share: 0.2 }, {}] },
      'a<>b': { second: { atS: 3 }, secondDelayMs: 30, secondHops: [{ v6: '2001:db8::2' }] },
    },
  });
  expect(lines).toEqual([
    'sites a b',
    'seed 7',
    'mtu 9000',
    'offload off',
    'log on',
    'logHead 64',
    'logOnly udp:7000 tcp',
    'path * delayMs=10 reorder=on',
    'path a>b blackouts=1.5+2 hops=10.0.0.1/2001:db8::1@0.2,*',
    'path a<>b secondDelayMs=30 second=3 secondHops=2001:db8::2',
  ]);
});

test('what is not given is not said, and what is taken back is', () => {
  expect(configLines({ sites: ['a', 'b'], log: false })).toEqual(['sites a b', 'log off']);
  expect(pairLines({ 'a>b': { blackouts: [], second: 'none', lossRatio: 0 } })).toEqual([
    'path a>b lossRatio=0 blackouts=none second=none',
  ]);
});
