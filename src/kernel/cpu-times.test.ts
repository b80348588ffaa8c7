import { describe, expect, it } from 'vitest';
import { type CpuTimes, cpuUse, parseCpuTimes, readCpuTimes } from './cpu-times.ts';
import { isMissing } from './missing.ts';

function times(text: string): CpuTimes {
  const parsed = parseCpuTimes(text);
  if (isMissing(parsed)) throw new Error(parsed.missing);
  return parsed;
}

//                     user nice system idle iowait irq softirq steal guest guest_nice
const BEFORE = `cpu  3000 100 800 50000 400 10 90 20 500 0
cpu0 2000 100 500 20000 300 10 50 20 500 0
cpu1 1000 0 300 30000 100 0 40 0 0 0
intr 12345 0 1 2
ctxt 99
`;
const AFTER = `cpu  3050 110 830 50050 410 12 128 30 540 0
cpu0 2010 110 510 20000 300 12 88 30 540 0
cpu1 1040 0 320 30050 110 0 40 0 0 0
intr 12399 0 1 2
ctxt 199
`;

describe('/proc/stat', () => {
  it('gives the ticks of all and of each core; guests are in user already', () => {
    expect(times(BEFORE)).toEqual({
      total: { user: 3100, system: 800, irq: 10, softirq: 90, steal: 20, idle: 50_400 },
      cores: [
        { core: 0, user: 2100, system: 500, irq: 10, softirq: 50, steal: 20, idle: 20_300 },
        { core: 1, user: 1000, system: 300, irq: 0, softirq: 40, steal: 0, idle: 30_100 },
      ],
    });
  });

  it('of an old kernel has fewer columns', () => {
    expect(times('cpu  4 1 2 3\ncpu0 4 1 2 3').total).toEqual({
      user: 5,
      system: 2,
      irq: 0,
      softirq: 0,
      steal: 0,
      idle: 3,
    });
  });

  it.each(['', 'nothing of the kind', 'cpu  1 2 3 4', 'cpux 1 2 3 4\ncpu 1'])('reading %j is missing', (text) => {
    expect(parseCpuTimes(text)).toEqual({ missing: '/proc/stat has no lines of processors' });
  });
});

describe('between two readings', () => {
  it('the shares are those of the ticks in between, and the worst core is the least idle one', () => {
    const use = cpuUse(times(BEFORE), times(AFTER));
    if (isMissing(use)) throw new Error(use.missing);
    // By hand. All: user 60, system 30, irq 2, softirq 38, steal 10, idle 60, of 200.
    expect(use.total).toEqual({ user: 0.3, system: 0.15, irq: 0.01, softirq: 0.19, steal: 0.05, idle: 0.3 });
    // Core 0: 20, 10, 2, 38, 10, 0 of 80. Core 1: 40, 20, 0, 0, 0, 60 of 120.
    expect(use.worst).toEqual({
      core: 0,
      user: 0.25,
      system: 0.125,
      irq: 0.025,
      softirq: 0.475,
      steal: 0.125,
      idle: 0,
    });
    expect(use.cores[1]).toMatchObject({ core: 1, user: 1 / 3, idle: 0.5 });
  });

  it('what the kernel counted backwards counts as nothing', () => {
    const before = times('cpu  10 0 0 100 50 0 0 0\ncpu0 10 0 0 100 50 0 0 0');
    const after = times('cpu  20 0 0 100 45 0 0 0\ncpu0 20 0 0 100 45 0 0 0');
    expect(cpuUse(before, after)).toMatchObject({ total: { user: 1, idle: 0 } });
  });

  it('a core that came or went is left out', () => {
    const one = times('cpu  10 0 0 0\ncpu0 10 0 0 0');
    const two = times('cpu  30 0 0 10\ncpu0 20 0 0 0\ncpu3 10 0 0 10');
    const use = cpuUse(one, two);
    expect(isMissing(use) ? [] : use.cores.map(({ core }) => core)).toEqual([0]);
    const other = times('cpu  40 0 0 0\ncpu5 10 0 0 0');
    expect(cpuUse(one, other)).toEqual({ missing: 'no core ran through both readings' });
  });

  it('of the same tick there are no shares', () => {
    expect(cpuUse(times(BEFORE), times(BEFORE))).toEqual({ missing: 'no clock tick passed between the readings' });
  });
});

it('reads this machine, or says why not', () => {
  const reading = readCpuTimes();
  if (process.platform === 'linux') expect(reading).toMatchObject({ total: { user: expect.any(Number) } });
  else expect(reading).toEqual({ missing: 'there is no /proc/stat' });
});
