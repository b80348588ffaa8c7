import { describe, expect, test } from 'vitest';
import { parseServe } from './agent-serve.ts';

const LIMITS = { serveRate: '100', serveDaily: '1 GB' };

describe('what an agent serves to strangers', () => {
  test('is nothing unless its owner says so', () => {
    expect(parseServe(LIMITS)).toBeNull();
  });

  test('is for named networks, within a rate and a daily amount', () => {
    expect(parseServe({ serve: ['stamp'], allow: ['192.0.2.0/24', '::1'], ...LIMITS })).toEqual({
      allow: ['192.0.2.0/24', '::1'],
      perSecond: 100,
      bytesPerDay: 1e9,
    });
  });

  test.each([
    [{ serve: ['stamp'] }, 'NETPROBE_AGENT_OPEN'],
    [{ serve: ['ndt'], allow: ['::1'] }, 'NETPROBE_USAGE'],
    [{ allow: ['::1'] }, 'NETPROBE_USAGE'],
    [{ serve: ['stamp'], allow: ['everyone'] }, 'NETPROBE_USAGE'],
    [{ serve: ['stamp'], allow: ['::1'], serveRate: '0' }, 'NETPROBE_USAGE'],
    [{ serve: ['stamp'], allow: ['::1'], serveDaily: 'much' }, 'NETPROBE_USAGE'],
  ])('cannot be %j', (flags, code) => {
    expect(() => parseServe({ ...LIMITS, ...flags })).toThrow(expect.objectContaining({ code }));
  });
});
