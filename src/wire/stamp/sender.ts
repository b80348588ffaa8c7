import { readU16, readU32, readU64, writeU16, writeU32 } from './bytes.ts';
import { BASE_BYTES, SENDER, type StampMode } from './fields.ts';
import { writeNtp } from './timestamp.ts';

/** What a session-sender writes into its base packet. */
export interface SenderFields {
  /** Counted modulo 2^32. */
  sequence: number;
  /** T1, of the system clock; the nanoseconds within the second. */
  unixSeconds: number;
  nanoseconds: number;
  /** The 16 bits, with Z = 0: timestamps are written in NTP format. */
  errorEstimate: number;
  /** The session's identifier, from 1 to 65535; 0: none. */
  ssid: number;
}

/** Writes a base packet into the first bytes of `packet`; an authenticated one is then to be signed. */
export function encodeSender(packet: Uint8Array, mode: StampMode, fields: SenderFields): void {
  const at = SENDER[mode];
  packet.fill(0, 0, BASE_BYTES[mode]);
  writeU32(packet, at.sequence, fields.sequence);
  writeNtp(packet, at.timestamp, fields.unixSeconds, fields.nanoseconds);
  writeU16(packet, at.errorEstimate, fields.errorEstimate);
  writeU16(packet, at.ssid, fields.ssid);
}

/** A session-sender's base packet as it stands on the wire. */
export interface SenderPacket {
  sequence: number;
  timestamp: bigint;
  errorEstimate: number;
  ssid: number;
}

/** Reads any bytes as a session-sender's packet; `'truncated'` when they are fewer than its base packet has. */
export function decodeSender(packet: Uint8Array, mode: StampMode): SenderPacket | 'truncated' {
  if (packet.length < BASE_BYTES[mode]) return 'truncated';
  const at = SENDER[mode];
  return {
    sequence: readU32(packet, at.sequence),
    timestamp: readU64(packet, at.timestamp),
    errorEstimate: readU16(packet, at.errorEstimate),
    ssid: readU16(packet, at.ssid),
  };
}
