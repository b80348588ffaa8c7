import { readU32, writeU32 } from './bytes.ts';

/**
 * How a timestamp's 64 bits are read (the Z bit of the error estimate beside it; RFC 8186, section 2.3):
 * `ntp`: seconds since 1900 and a binary fraction (RFC 5905, section 6);
 * `ptp`: the low 32 bits of seconds since 1970 and nanoseconds (IEEE 1588 version 2, truncated). By that standard its
 * seconds count TAI, 37 s ahead of UTC in 2017–2026; nothing on the wire says which one a peer counts, so none is corrected.
 */
export type TimestampFormat = 'ntp' | 'ptp';

const UNIX_EPOCH_IN_NTP_SECONDS = 2_208_988_800;
const NS_PER_S = 1e9;
/** 10^9 / 2^32 in lowest terms: with it, products stay below 2^53 and conversions are exact in doubles. */
const NS_NUMERATOR = 1_953_125;
const NS_DENOMINATOR = 2 ** 23;
/** Farther from its base than this (104 days) a count of nanoseconds is not exact in a double. */
const MAX_DISTANCE_S = 9_000_000;

/** At most this much does `writeNtp` move a timestamp when it hides random bits in it. */
export const RANDOM_BITS_NS = Math.ceil((2 ** 16 * NS_NUMERATOR) / NS_DENOMINATOR);

/**
 * Writes a time of the system clock in NTP format. Its nanosecond reads back exactly, in any era; `nanoseconds` may
 * exceed a second, be negative or have a fraction. With `random`, its 16 bits replace the lowest of the fraction: the
 * time is then off by less than RANDOM_BITS_NS, and who has not seen the packet cannot guess its timestamp.
 */
export function writeNtp(
  bytes: Uint8Array,
  at: number,
  unixSeconds: number,
  nanoseconds: number,
  random?: number,
): void {
  let seconds = unixSeconds + UNIX_EPOCH_IN_NTP_SECONDS;
  let rest = nanoseconds;
  if (rest < 0 || rest >= NS_PER_S) {
    const carry = Math.floor(rest / NS_PER_S);
    seconds += carry;
    rest -= carry * NS_PER_S;
  }
  // Rounded up, so that rounding down on reading gives the same nanosecond.
  let fraction = Math.min(Math.ceil((rest * NS_DENOMINATOR) / NS_NUMERATOR), 0xffff_ffff);
  if (random !== undefined) fraction = ((fraction & 0xffff_0000) | (random & 0xffff)) >>> 0;
  // All zeros would mean that the time is not known (RFC 5905, section 6).
  if (fraction === 0 && seconds % 2 ** 32 === 0) fraction = 1;
  writeU32(bytes, at, seconds);
  writeU32(bytes, at + 4, fraction);
}

/**
 * A timestamp in nanoseconds since `baseUnixSeconds` (whole), exact, in the era that is nearest to it. NaN when it is
 * missing (beyond the end, or zero), invalid, or more than 104 days away from the base.
 */
export function readNs(bytes: Uint8Array, at: number, format: TimestampFormat, baseUnixSeconds: number): number {
  if (bytes.length < at + 8) return Number.NaN;
  const seconds = readU32(bytes, at);
  const rest = readU32(bytes, at + 4);
  if (seconds === 0 && rest === 0) return Number.NaN;
  const epoch = format === 'ntp' ? UNIX_EPOCH_IN_NTP_SECONDS : 0;
  // The seconds wrap at 2^32: as a signed difference they do not.
  const distance = (seconds - (baseUnixSeconds + epoch)) | 0;
  if (distance > MAX_DISTANCE_S || distance < -MAX_DISTANCE_S) return Number.NaN;
  if (format === 'ntp') return distance * NS_PER_S + Math.floor((rest * NS_NUMERATOR) / NS_DENOMINATOR);
  return rest < NS_PER_S ? distance * NS_PER_S + rest : Number.NaN;
}

/** The 64 bits of a Unix time in nanoseconds. */
export function encodeTimestamp(format: TimestampFormat, unixNs: bigint): bigint {
  const ns = ((unixNs % 1_000_000_000n) + 1_000_000_000n) % 1_000_000_000n;
  const seconds = (unixNs - ns) / 1_000_000_000n;
  const rest = format === 'ntp' ? ((ns << 32n) + 999_999_999n) / 1_000_000_000n : ns;
  const epoch = format === 'ntp' ? BigInt(UNIX_EPOCH_IN_NTP_SECONDS) : 0n;
  return BigInt.asUintN(64, ((seconds + epoch) << 32n) | rest);
}

/**
 * The Unix time in nanoseconds that 64 bits stand for, in the era nearest to `nearUnixSeconds` (within 68 years of it).
 * Undefined when they are zero or hold a second or more of nanoseconds: no valid timestamp.
 */
export function decodeTimestamp(format: TimestampFormat, bits: bigint, nearUnixSeconds: number): bigint | undefined {
  if (bits === 0n) return undefined;
  const rest = bits & 0xffff_ffffn;
  const epoch = format === 'ntp' ? BigInt(UNIX_EPOCH_IN_NTP_SECONDS) : 0n;
  const near = BigInt(nearUnixSeconds);
  const seconds = near + BigInt.asIntN(32, (bits >> 32n) - (near + epoch));
  const ns = format === 'ntp' ? (rest * 1_000_000_000n) >> 32n : rest;
  return ns < 1_000_000_000n ? seconds * 1_000_000_000n + ns : undefined;
}
