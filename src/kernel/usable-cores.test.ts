import { availableParallelism } from 'node:os';
import { describe, expect, it } from 'vitest';
import { cpuCgroup, type ReadText } from './cpu-cgroup.ts';
import { isMissing } from './missing.ts';
import { cpuQuotaCores, readThrottledPeriods, usableCores } from './usable-cores.ts';

/** Files of a made-up system, as cgroups(7), cgroup-v2.rst and proc(5) describe them. */
function system(files: Record<string, string>): ReadText {
  return (path) => {
    const value = files[path];
    return value === undefined ? { value: null, why: `there is no ${path}` } : { value };
  };
}

const MOUNT_V2 = '41 31 0:38 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate';
const V2 = (group: string, files: Record<string, string>, mount = MOUNT_V2) =>
  system({
    '/proc/self/cgroup': `0::${group}`,
    '/proc/self/mountinfo': `23 1 254:0 / / rw - ext4 /dev/vda rw\n${mount}`,
    ...files,
  });

describe('the quota of a control group of version 2', () => {
  it('is the least of its own group and those above', () => {
    const read = V2('/kube.slice/pod', {
      '/sys/fs/cgroup/kube.slice/pod/cpu.max': '400000 100000',
      '/sys/fs/cgroup/kube.slice/cpu.max': '150000 100000',
    });
    expect(cpuQuotaCores(read)).toEqual({ value: 1.5 });
  });

  it('is none when no group sets one', () => {
    const read = V2('/user.slice', { '/sys/fs/cgroup/user.slice/cpu.max': 'max 100000' });
    expect(cpuQuotaCores(read)).toEqual({ value: null, why: 'no control group sets a quota' });
  });

  it('of a container that sees its own group as the top is at the top', () => {
    expect(cpuQuotaCores(V2('/', { '/sys/fs/cgroup/cpu.max': '50000 100000' }))).toEqual({ value: 0.5 });
    // Mounted by the host's path, and the group shown by it: without a namespace of control groups.
    const mount = MOUNT_V2.replace(' / /sys', ' /docker/ab12 /sys');
    const top = { '/sys/fs/cgroup/cpu.max': '200000 100000' };
    expect(cpuQuotaCores(V2('/docker/ab12', top, mount))).toEqual({ value: 2 });
    const below = { ...top, '/sys/fs/cgroup/job/cpu.max': '70000 100000' };
    expect(cpuQuotaCores(V2('/docker/ab12/job', below, mount))).toEqual({ value: 0.7 });
  });

  it('is not looked for outside of what may be seen', () => {
    const read = V2('/../other', { '/sys/fs/cgroup/../other/cpu.max': '100000 100000' });
    expect(cpuQuotaCores(read)).toMatchObject({ value: null, why: expect.stringContaining('outside') });
  });

  it('is found where the mount has a space in its name', () => {
    const mount = MOUNT_V2.replace('/sys/fs/cgroup', '/my\\040cgroups');
    expect(cpuQuotaCores(V2('/', { '/my cgroups/cpu.max': '300000 100000' }, mount))).toEqual({ value: 3 });
  });
});

describe('the quota of a control group of version 1', () => {
  const MOUNT = '32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw,relatime - cgroup cgroup rw,cpu,cpuacct';
  const V1 = (quota: string, more: Record<string, string> = {}) =>
    system({
      // The processor's controller is there; the group of version 2 has none.
      '/proc/self/cgroup': '9:name=systemd:/\n4:cpu,cpuacct:/box\n3:cpuset:/other\n0::/',
      '/proc/self/mountinfo': `33 31 0:31 / /sys/fs/cgroup/cpuset rw - cgroup cgroup rw,cpuset\n${MOUNT}\n${MOUNT_V2}`,
      '/sys/fs/cgroup/cpu,cpuacct/box/cpu.cfs_quota_us': quota,
      '/sys/fs/cgroup/cpu,cpuacct/box/cpu.cfs_period_us': '50000',
      '/sys/fs/cgroup/cpu.max': '1000 100000',
      ...more,
    });

  it('is its time by its period', () => {
    expect(cpuQuotaCores(V1('125000'))).toEqual({ value: 2.5 });
  });

  it('is none at -1', () => {
    expect(cpuQuotaCores(V1('-1'))).toMatchObject({ value: null, why: 'no control group sets a quota' });
  });
});

describe('usable cores', () => {
  it('are whole ones, of those that the process may run on, and at least one', () => {
    const none = { value: null, why: 'no quota' } as const;
    const cases = [
      [8, none, 8],
      [8, { value: 4 }, 4],
      [2, { value: 4 }, 2],
      // Less than two: a spinning thread would take what everything else needs.
      [8, { value: 1.99 }, 1],
      [8, { value: 0.25 }, 1],
      [1, none, 1],
    ] as const;
    for (const [parallelism, quota, cores] of cases) expect(usableCores(parallelism, quota)).toBe(cores);
  });

  it('of this machine are at most those that it may run on', () => {
    expect(usableCores()).toBeGreaterThanOrEqual(1);
    expect(usableCores()).toBeLessThanOrEqual(availableParallelism());
  });
});

describe('periods in which a quota stopped a process', () => {
  const stat = (throttled: number) => `usage_usec 5\nnr_periods 9\nnr_throttled ${throttled}\nthrottled_usec 7`;

  it('are those of all its groups', () => {
    const read = V2('/a/b', { '/sys/fs/cgroup/a/b/cpu.stat': stat(2), '/sys/fs/cgroup/a/cpu.stat': stat(3) });
    expect(readThrottledPeriods(cpuCgroup(read), read)).toBe(5);
  });

  it('are missing where no group counts them', () => {
    const read = V2('/', { '/sys/fs/cgroup/cpu.stat': 'usage_usec 5' });
    expect(readThrottledPeriods(cpuCgroup(read), read)).toEqual({
      missing: 'no control group counts how often it was stopped',
    });
  });
});

describe('a system that does not tell of control groups', () => {
  const mountinfo = '23 1 254:0 / / rw - ext4 /dev/vda rw';

  it.each([
    [{}, 'there is no /proc/self/cgroup'],
    [{ '/proc/self/cgroup': '0::/' }, 'there is no /proc/self/mountinfo'],
    [{ '/proc/self/cgroup': '0::/', '/proc/self/mountinfo': mountinfo }, 'not mounted'],
    [{ '/proc/self/cgroup': '4:memory:/a', '/proc/self/mountinfo': mountinfo }, 'in no control group'],
  ])('gives a null with the reason: %j', (files, why) => {
    const read = system(files as Record<string, string>);
    expect(cpuQuotaCores(read)).toMatchObject({ value: null, why: expect.stringContaining(why) });
    const cgroup = cpuCgroup(read);
    expect(isMissing(cgroup) && readThrottledPeriods(cgroup, read)).toBe(cgroup);
  });
});
