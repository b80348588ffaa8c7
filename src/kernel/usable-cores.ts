import { availableParallelism } from 'node:os';
import { type CpuCgroup, cpuCgroup, type ReadText } from './cpu-cgroup.ts';
import { type Fact, isMissing, type Missing } from './missing.ts';
import { readText } from './read-text.ts';

/**
 * How many cores this process may keep busy at the same time: those that it may run on, no more than whole cores of its
 * quota. At least 1.
 */
export function usableCores(
  parallelism: number = availableParallelism(),
  quota: Fact<number> = cpuQuotaCores(),
): number {
  return quota.value === null ? parallelism : Math.max(1, Math.min(parallelism, Math.floor(quota.value)));
}

/** The least quota of its control groups in cores: 1.5 is 150 ms of processor time in each 100 ms. Null: there is none. */
export function cpuQuotaCores(read: ReadText = readText): Fact<number> {
  const cgroup = cpuCgroup(read);
  if (isMissing(cgroup)) return { value: null, why: cgroup.missing };
  const quotas = cgroup.folders.flatMap((folder) => quotaOf(folder, cgroup.version, read) ?? []);
  // The group's name, which may tell of a container or a customer, stays here.
  if (quotas.length === 0) return { value: null, why: 'no control group sets a quota' };
  return { value: Number(Math.min(...quotas).toFixed(3)) };
}

/** The topmost group of a system has no such file. */
function quotaOf(folder: string, version: CpuCgroup['version'], read: ReadText): number | undefined {
  const text =
    version === 2
      ? read(`${folder}/cpu.max`).value
      : `${read(`${folder}/cpu.cfs_quota_us`).value} ${read(`${folder}/cpu.cfs_period_us`).value}`;
  // "max 100000", or -1 in version 1: no bound.
  const found = /^(\d+) (\d+)$/.exec(text ?? '');
  const [quota, period] = [Number(found?.[1]), Number(found?.[2])];
  return quota > 0 && period > 0 ? quota / period : undefined;
}

/**
 * In how many of its quota's periods, since they were made, the processes of these control groups were stopped for the
 * rest of the period. To be compared with a later reading; missing where no group counts them.
 */
export function readThrottledPeriods(cgroup: CpuCgroup | Missing, read: ReadText = readText): number | Missing {
  if (isMissing(cgroup)) return cgroup;
  const counts = cgroup.folders.flatMap((folder) => {
    const found = /^nr_throttled (\d+)$/m.exec(read(`${folder}/cpu.stat`).value ?? '');
    return found === null ? [] : [Number(found[1])];
  });
  if (counts.length === 0) return { missing: 'no control group counts how often it was stopped' };
  return counts.reduce((sum, count) => sum + count, 0);
}
