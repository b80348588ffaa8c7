import { NetprobeError } from '../../contract/error.ts';
import type { TimestampFormat } from './timestamp.ts';

/** What a packet says of its timestamps (RFC 4656, section 4.1.2; the format: RFC 8186, section 2.3). */
export interface ErrorEstimate {
  /** The clock follows UTC by an external source. */
  synchronised: boolean;
  format: TimestampFormat;
  /** A bound of the timestamps' error; null: not known. */
  errorNs: number | null;
}

const SYNCHRONISED = 0x8000;
const PTP = 0x4000;
const MAX_SCALE = 63;
const MAX_MULTIPLIER = 255;

/** The nanoseconds of one multiplier step, exact in a double: 10^9 / 2^32 · 2^scale. */
function stepNs(scale: number): number {
  return 1_953_125 * 2 ** (scale - 23);
}

/**
 * The 16 bits of an error estimate, with the smallest bound that can be written and is not below `errorNs`. A bound that
 * is not known becomes the largest (17 millennia), which promises nothing. Throws NETPROBE_INTERNAL for an error that is
 * negative, NaN or beyond that.
 */
export function encodeErrorEstimate({ synchronised, format, errorNs }: ErrorEstimate): number {
  return (synchronised ? SYNCHRONISED : 0) | (format === 'ptp' ? PTP : 0) | scaleAndMultiplier(errorNs);
}

function scaleAndMultiplier(errorNs: number | null): number {
  if (errorNs === null) return (MAX_SCALE << 8) | MAX_MULTIPLIER;
  for (let scale = 0; scale <= MAX_SCALE && errorNs >= 0; scale++) {
    const step = stepNs(scale);
    let multiplier = Math.max(1, Math.floor(errorNs / step));
    // The quotient is rounded; the product is exact.
    while (multiplier <= MAX_MULTIPLIER && multiplier * step < errorNs) multiplier++;
    if (multiplier <= MAX_MULTIPLIER) return (scale << 8) | multiplier;
  }
  throw new NetprobeError('NETPROBE_INTERNAL', 'a clock error that no error estimate can state', {
    expected: 'nanoseconds from 0 to 5.4e20',
    found: String(errorNs),
  });
}

/** What 16 bits of an error estimate say. A multiplier of 0, which RFC 4656 forbids, makes the error unknown. */
export function decodeErrorEstimate(bits: number): ErrorEstimate {
  const multiplier = bits & 0xff;
  return {
    synchronised: (bits & SYNCHRONISED) !== 0,
    format: formatOf(bits),
    errorNs: multiplier === 0 ? null : multiplier * stepNs((bits >> 8) & MAX_SCALE),
  };
}

/** The format of the timestamps that an error estimate stands beside. */
export function formatOf(bits: number): TimestampFormat {
  return (bits & PTP) === 0 ? 'ntp' : 'ptp';
}
