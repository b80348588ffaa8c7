import { copyBytes, readU16, readU32, readU64, writeU16, writeU32 } from './bytes.ts';
import { formatOf } from './error-estimate.ts';
import { BASE_BYTES, REFLECTOR, REPLY_MIN_BYTES, SENDER, type StampMode } from './fields.ts';
import { readNs, writeNtp } from './timestamp.ts';

/** What a session-reflector adds to what it copies from the request. */
export interface ReflectorFields {
  /** The reflector's own count of replies in this session, modulo 2^32 (stateful), or the request's (stateless). */
  sequence: number;
  /** T2, when the request came in, of the system clock; the nanoseconds within the second. */
  receivedSeconds: number;
  receivedNanoseconds: number;
  /** T3, when the reply leaves. */
  sentSeconds: number;
  sentNanoseconds: number;
  /** The 16 bits for T2 and T3, with Z = 0: timestamps are written in NTP format. */
  errorEstimate: number;
  /** TTL or hop limit with which the request came; 255 where it cannot be read. */
  senderTtl: number;
}

/**
 * Writes the base packet that answers `request` into the first bytes of `reply`; an authenticated one is then to be
 * signed. Both must hold a base packet, in separate memory.
 */
export function encodeReflector(
  reply: Uint8Array,
  request: Uint8Array,
  mode: StampMode,
  fields: ReflectorFields,
): void {
  const from = SENDER[mode];
  const to = REFLECTOR[mode];
  reply.fill(0, 0, BASE_BYTES[mode]);
  writeU32(reply, to.sequence, fields.sequence);
  writeNtp(reply, to.timestamp, fields.sentSeconds, fields.sentNanoseconds);
  writeU16(reply, to.errorEstimate, fields.errorEstimate);
  copyBytes(request, from.ssid, reply, to.ssid, 2);
  writeNtp(reply, to.receiveTimestamp, fields.receivedSeconds, fields.receivedNanoseconds);
  copyBytes(request, from.sequence, reply, to.senderSequence, 4);
  copyBytes(request, from.timestamp, reply, to.senderTimestamp, 8);
  copyBytes(request, from.errorEstimate, reply, to.senderErrorEstimate, 2);
  reply[to.senderTtl] = fields.senderTtl;
}

/** A session-reflector's base packet as it stands on the wire. */
export interface ReflectorPacket {
  sequence: number;
  timestamp: bigint;
  errorEstimate: number;
  /** 0 from a reflector that knows no session identifiers. */
  ssid: number;
  receiveTimestamp: bigint;
  senderSequence: number;
  senderTimestamp: bigint;
  senderErrorEstimate: number;
  /** Null when the reply ends before it. */
  senderTtl: number | null;
}

/**
 * Reads any bytes as a session-reflector's packet; `'truncated'` when they end before the last field that a measurement
 * needs: 38 bytes unauthenticated, 112 authenticated.
 */
export function decodeReflector(packet: Uint8Array, mode: StampMode): ReflectorPacket | 'truncated' {
  if (packet.length < REPLY_MIN_BYTES[mode]) return 'truncated';
  const at = REFLECTOR[mode];
  return {
    sequence: readU32(packet, at.sequence),
    timestamp: readU64(packet, at.timestamp),
    errorEstimate: readU16(packet, at.errorEstimate),
    ssid: readU16(packet, at.ssid),
    receiveTimestamp: readU64(packet, at.receiveTimestamp),
    senderSequence: readU32(packet, at.senderSequence),
    senderTimestamp: readU64(packet, at.senderTimestamp),
    senderErrorEstimate: readU16(packet, at.senderErrorEstimate),
    senderTtl: senderTtl(packet, mode),
  };
}

/** The sequence number of the request that a reply says it answers; undefined when it is too short to say. */
export function echoedSequence(reply: Uint8Array, mode: StampMode): number | undefined {
  return reply.length < REPLY_MIN_BYTES[mode] ? undefined : readU32(reply, REFLECTOR[mode].senderSequence);
}

/** The reflector's own sequence number; only for replies that matched. */
export function reflectorSequence(reply: Uint8Array, mode: StampMode): number {
  return readU32(reply, REFLECTOR[mode].sequence);
}

/** T2 in nanoseconds since `baseUnixSeconds`; NaN as `readNs` says. */
export function receivedNs(reply: Uint8Array, mode: StampMode, baseUnixSeconds: number): number {
  const at = REFLECTOR[mode];
  return readNs(reply, at.receiveTimestamp, formatOf(readU16(reply, at.errorEstimate)), baseUnixSeconds);
}

/** T3 in nanoseconds since `baseUnixSeconds`; NaN as `readNs` says. */
export function sentNs(reply: Uint8Array, mode: StampMode, baseUnixSeconds: number): number {
  const at = REFLECTOR[mode];
  return readNs(reply, at.timestamp, formatOf(readU16(reply, at.errorEstimate)), baseUnixSeconds);
}

/** The TTL with which the request reached the reflector, by its word; null when the reply ends before it. */
export function senderTtl(reply: Uint8Array, mode: StampMode): number | null {
  return reply[REFLECTOR[mode].senderTtl] ?? null;
}
