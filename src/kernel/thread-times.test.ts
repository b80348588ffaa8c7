import { describe, expect, it } from 'vitest';
import { isMissing } from './missing.ts';
import { parseSchedstat, readThreadTimes } from './thread-times.ts';

describe('a thread’s times', () => {
  it('are those of its schedstat', () => {
    expect(parseSchedstat('123456789 74841 17')).toEqual({ runNs: 123_456_789, waitNs: 74_841 });
  });

  it.each([
    ['0 0 0', 'this kernel keeps no times of threads'],
    ['', 'schedstat reads ""'],
    ['1 2', 'schedstat reads "1 2"'],
  ])('are missing from %j', (text, missing) => {
    expect(parseSchedstat(text)).toEqual({ missing });
  });

  it.skipIf(process.platform !== 'linux')('grow as this thread runs', () => {
    const before = readThreadTimes();
    const started = process.cpuUsage().user;
    while (process.cpuUsage().user - started < 20_000);
    const after = readThreadTimes();
    if (isMissing(before) || isMissing(after)) return;
    expect(after.runNs).toBeGreaterThan(before.runNs);
    expect(after.waitNs).toBeGreaterThanOrEqual(before.waitNs);
  });
});
