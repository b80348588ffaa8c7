import { isMissing, type Missing } from './missing.ts';
import { readText } from './read-text.ts';

/** Shares of a processor's time, together 1. `user` includes nice and guests, `idle` waiting for disks. */
interface CpuShares {
  user: number;
  system: number;
  irq: number;
  softirq: number;
  /** Taken by the hypervisor for others. */
  steal: number;
  idle: number;
}

interface CoreShares extends CpuShares {
  core: number;
}

/** A reading of /proc/stat: ticks since the system's start. */
export interface CpuTimes {
  total: CpuShares;
  cores: CoreShares[];
}

export interface CpuUse {
  total: CpuShares;
  cores: CoreShares[];
  /** The core with the least idle time: a flow's interrupts may well all go to one. */
  worst: CoreShares;
}

/** How the processors' time has been spent since the system's start, in ticks; to be compared with a later reading. */
export function readCpuTimes(): CpuTimes | Missing {
  const text = readText('/proc/stat');
  return text.value === null ? { missing: text.why } : parseCpuTimes(text.value);
}

/** Reads /proc/stat (proc(5)). */
export function parseCpuTimes(text: string): CpuTimes | Missing {
  let total: CpuShares | undefined;
  const cores: CoreShares[] = [];
  for (const line of text.split('\n')) {
    const found = /^cpu(\d*) +(\d[\d ]*)$/.exec(line);
    if (found === null) continue;
    const ticks = ticksOf((found[2] ?? '').trim().split(/ +/).map(Number));
    if (found[1] === '') total = ticks;
    else cores.push({ core: Number(found[1]), ...ticks });
  }
  if (total === undefined || cores.length === 0) return { missing: '/proc/stat has no lines of processors' };
  return { total, cores };
}

/** Guests' time is part of user and nice, and not added again. Old kernels have fewer columns: the rest is 0 there. */
function ticksOf(columns: number[]): CpuShares {
  const [user = 0, nice = 0, system = 0, idle = 0, iowait = 0, irq = 0, softirq = 0, steal = 0] = columns;
  return { user: user + nice, system, irq, softirq, steal, idle: idle + iowait };
}

/** Where the time between two readings went, over all and for each core that is in both. */
export function cpuUse(before: CpuTimes, after: CpuTimes): CpuUse | Missing {
  const total = sharesOf(before.total, after.total);
  if (isMissing(total)) return total;
  const cores = after.cores.flatMap(({ core, ...ticks }) => {
    const earlier = before.cores.find((other) => other.core === core);
    const shares = earlier === undefined ? { missing: 'it was not there before' } : sharesOf(earlier, ticks);
    return isMissing(shares) ? [] : [{ core, ...shares }];
  });
  const [first, ...rest] = cores;
  if (first === undefined) return { missing: 'no core ran through both readings' };
  return { total, cores, worst: rest.reduce((worst, core) => (core.idle < worst.idle ? core : worst), first) };
}

function sharesOf(before: CpuShares, after: CpuShares): CpuShares | Missing {
  // The kernel may count waiting for disks backwards (proc(5)): what went down went nowhere.
  const spent = (key: keyof CpuShares) => Math.max(0, after[key] - before[key]);
  const [user, system, irq, softirq] = [spent('user'), spent('system'), spent('irq'), spent('softirq')];
  const [steal, idle] = [spent('steal'), spent('idle')];
  const sum = user + system + irq + softirq + steal + idle;
  if (sum === 0) return { missing: 'no clock tick passed between the readings' };
  return {
    user: user / sum,
    system: system / sum,
    irq: irq / sum,
    softirq: softirq / sum,
    steal: steal / sum,
    idle: idle / sum,
  };
}
