import os from 'node:os';
import { bootHash } from './boot-hash.ts';
import { readClockSource } from './clock-state.ts';
import type { Fact } from './missing.ts';
import { readNumber, readNumbers, readText } from './read-text.ts';
import { cpuQuotaCores, usableCores } from './usable-cores.ts';

/** What of a machine bears on its figures, or why it cannot be told. Buffers as in tcp(7): least, default, largest. */
export interface HostFacts {
  kernelRelease: Fact<string>;
  cpuModel: Fact<string>;
  cores: Fact<number>;
  /** Those that this process may keep busy: that it may run on, within its quota. */
  usableCores: Fact<number>;
  /** The processor time that its control groups allow it, in cores: 1.5. Null where nothing limits it. */
  cpuQuotaCores: Fact<number>;
  /** Processes that run or wait to, over 1, 5 and 15 minutes. */
  loadAverages: Fact<number[]>;
  /** The machine by its maker's name; of a virtual one, often the hypervisor's. */
  product: Fact<string>;
  /** Whether the processor says that it is a virtual one. */
  hypervisor: Fact<boolean>;
  clockSource: Fact<string>;
  tcpRmemBytes: Fact<number[]>;
  tcpWmemBytes: Fact<number[]>;
  rmemMaxBytes: Fact<number>;
  wmemMaxBytes: Fact<number>;
  congestionControl: Fact<string>;
  defaultQdisc: Fact<string>;
  /** See `bootHash`. */
  boot: Fact<string>;
}

const NET = '/proc/sys/net';

/** Facts of the machine, as they are now. Reads a dozen small files: not while measuring. */
export function hostFacts(): HostFacts {
  const cpus = os.cpus();
  const quota = cpuQuotaCores();
  return {
    kernelRelease: { value: os.release() },
    cpuModel: cpuModel(cpus[0]?.model),
    cores: cpus.length === 0 ? { value: null, why: 'the system does not tell its processors' } : { value: cpus.length },
    usableCores: { value: usableCores(os.availableParallelism(), quota) },
    cpuQuotaCores: quota,
    loadAverages: process.platform === 'win32' ? { value: null, why: 'Windows has none' } : { value: os.loadavg() },
    product: readText('/sys/class/dmi/id/product_name'),
    hypervisor: hypervisorFlag(readText('/proc/cpuinfo')),
    clockSource: readClockSource(),
    tcpRmemBytes: readNumbers(`${NET}/ipv4/tcp_rmem`, 3),
    tcpWmemBytes: readNumbers(`${NET}/ipv4/tcp_wmem`, 3),
    rmemMaxBytes: readNumber(`${NET}/core/rmem_max`),
    wmemMaxBytes: readNumber(`${NET}/core/wmem_max`),
    congestionControl: readText(`${NET}/ipv4/tcp_congestion_control`),
    defaultQdisc: readText(`${NET}/core/default_qdisc`),
    boot: bootHash(),
  };
}

function cpuModel(model: string | undefined): Fact<string> {
  const named = model?.trim() ?? '';
  return named === '' || named === 'unknown' ? { value: null, why: 'the system does not name it' } : { value: named };
}

/** Only x86 has a flag for it. */
function hypervisorFlag(cpuinfo: Fact<string>): Fact<boolean> {
  if (cpuinfo.value === null) return cpuinfo;
  const flags = /^flags\s*:(.*)$/m.exec(cpuinfo.value)?.[1];
  if (flags === undefined) return { value: null, why: 'processors of this architecture do not tell' };
  return { value: flags.split(' ').includes('hypervisor') };
}
