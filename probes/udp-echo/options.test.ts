import { describe, expect, test } from 'vitest';
import { options } from './options.ts';

const asked = (given: { [key: string]: string | number }) => options.parse(given);
const issues = (given: { [key: string]: string | number }) => {
  const parsed = asked(given);
  return parsed.ok ? [] : parsed.issues;
};

// By hand: 256 MiB are 268 435 456 B, or 1 048 576 requests of 256 B; 64 more than 2 × timeout × rate are kept.
describe('requests that are kept for twice the timeout', () => {
  const second = { size: '256 B', timeout: '10s', duration: '1h' };

  test('fit as far as there is memory for them', () => {
    expect(asked({ ...second, rate: '52425/s' }).ok).toBe(true);
    expect(issues({ ...second, rate: '52426/s' })).toEqual([
      {
        path: [],
        expected:
          'a lower rate, size or timeout: requests are kept for twice the timeout, in at most 256 MiB, and these take 257 MiB',
        found: '"257 MiB"',
      },
    ]);
    expect(issues({ ...second, rate: '52425/s', size: '300 B' })).toHaveLength(1);
    expect(issues({ ...second, rate: '52425/s', timeout: '11s' })).toHaveLength(1);
  });

  test('are no more than are sent', () => {
    const short = { size: second.size, timeout: '60s', rate: '100000/s' };
    expect(asked({ ...short, count: 1_048_576 }).ok).toBe(true);
    expect(issues({ ...short, count: 1_048_577 })).toHaveLength(1);
  });

  test('are shared among the flows', () => {
    // A flow of 64 has room for 64 packets of 65507 B, and spares 64 beyond those that are waited for.
    const large = { size: '65507 B', flows: 64, rate: '1/s', timeout: '1s' };
    expect(asked({ ...large, count: 64 * 64 }).ok).toBe(true);
    expect(issues({ ...large, count: 64 * 64 + 1 })).toHaveLength(1);
  });
});

test('the defaults, and a busy line of large packets, are taken', () => {
  expect(asked({}).ok).toBe(true);
  expect(asked({ rate: '10000/s', size: '1400 B', duration: '1h' }).ok).toBe(true);
});
