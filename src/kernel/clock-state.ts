import type { Fact, Missing } from './missing.ts';
import { errnoName, type Kernel } from './native.ts';
import { readText } from './read-text.ts';

/*
 * struct timex (linux/timex.h) of a 64-bit system, 208 bytes; read only with modes = 0:
 *   0 u32 modes   8 s64 offset   16 s64 freq   24 s64 maxerror   32 s64 esterror   40 s32 status   160 s32 tai
 */
const TIMEX_BYTES = 208;
const AT = { freq: 16, maxerror: 24, esterror: 32, status: 40, tai: 160 };

/** STA_… of linux/timex.h, lowest bit first. */
const FLAGS = [
  'PLL',
  'PPSFREQ',
  'PPSTIME',
  'FLL',
  'INS',
  'DEL',
  'UNSYNC',
  'FREQHOLD',
  'PPSSIGNAL',
  'PPSJITTER',
  'PPSWANDER',
  'PPSERROR',
  'CLOCKERR',
  'NANO',
  'MODE',
  'CLK',
];

/** What the kernel says of wall time. Whether a one-way delay can be had from it depends on `synchronised` and the errors. */
export interface ClockState {
  /** Whether something disciplines the clock: STA_UNSYNC is clear. */
  synchronised: boolean;
  /** The bound on its error, which the kernel lets grow by 0.5 ms a second up to 16 s, and the estimate as last told. */
  maxErrorNs: number;
  estErrorNs: number;
  /** The frequency correction in force, in parts per million. */
  frequencyPpm: number;
  /** The names of the status bits that are set. */
  flags: string[];
  /** TAI − UTC in seconds; null when nobody has told the kernel. */
  taiOffsetS: number | null;
}

/** The state of wall time by adjtimex(2), which changes nothing here. Some containers forbid the call. */
export function readClockState(kernel: Kernel): ClockState | Missing {
  const bytes = new Uint8Array(TIMEX_BYTES);
  if (kernel.adjtimex(bytes) < 0) return { missing: `adjtimex failed: ${errnoName(kernel.errno())}` };
  return parseTimex(bytes);
}

/** Reads a struct timex. */
export function parseTimex(bytes: Uint8Array): ClockState {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const long = (at: number) => Number(view.getBigInt64(at, true));
  const status = view.getInt32(AT.status, true);
  const flags = FLAGS.filter((_, bit) => (status >> bit) % 2 !== 0);
  const tai = view.getInt32(AT.tai, true);
  return {
    synchronised: !flags.includes('UNSYNC'),
    maxErrorNs: long(AT.maxerror) * 1000,
    estErrorNs: long(AT.esterror) * 1000,
    frequencyPpm: long(AT.freq) / 65_536,
    flags,
    taiOffsetS: tai === 0 ? null : tai,
  };
}

/** What the kernel counts time with: tsc, kvm-clock, arch_sys_counter … Some make each reading a slow call. */
export function readClockSource(): Fact<string> {
  return readText('/sys/devices/system/clocksource/clocksource0/current_clocksource');
}
