/** Authenticated packets have wider gaps between their fields and an HMAC (RFC 8762, section 4). */
export type StampMode = 'unauthenticated' | 'authenticated';

/** Bytes of a base packet, the same for sender and reflector. */
export const BASE_BYTES = { unauthenticated: 44, authenticated: 112 } as const satisfies Record<StampMode, number>;

/** Offsets in a session-sender's packet: RFC 8762, sections 4.2.1 and 4.2.2; the SSID: RFC 8972, section 3. */
export const SENDER = {
  unauthenticated: { sequence: 0, timestamp: 4, errorEstimate: 12, ssid: 14 },
  authenticated: { sequence: 0, timestamp: 16, errorEstimate: 24, ssid: 26 },
} as const;

/** Offsets in a session-reflector's packet: RFC 8762, sections 4.3.1 and 4.3.2; the SSID: RFC 8972, section 3. */
export const REFLECTOR = {
  unauthenticated: {
    sequence: 0,
    timestamp: 4,
    errorEstimate: 12,
    ssid: 14,
    receiveTimestamp: 16,
    senderSequence: 24,
    senderTimestamp: 28,
    senderErrorEstimate: 36,
    senderTtl: 40,
  },
  authenticated: {
    sequence: 0,
    timestamp: 16,
    errorEstimate: 24,
    ssid: 26,
    receiveTimestamp: 32,
    senderSequence: 48,
    senderTimestamp: 64,
    senderErrorEstimate: 72,
    senderTtl: 80,
  },
} as const;

/** From this length on a reply has all that a measurement needs; older reflectors leave out what follows. */
export const REPLY_MIN_BYTES = { unauthenticated: 38, authenticated: 112 } as const satisfies Record<StampMode, number>;
