// Plain loads and stores: a packet is read and written once, and making a DataView of each costs more than all its fields.

/** Two bytes, big-endian. Beyond the end there are zeros: callers check lengths first. */
export function readU16(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}

/** Four bytes, big-endian, unsigned. Beyond the end there are zeros: callers check lengths first. */
export function readU32(bytes: Uint8Array, at: number): number {
  return ((readU16(bytes, at) << 16) | readU16(bytes, at + 2)) >>> 0;
}

/** Eight bytes, big-endian. */
export function readU64(bytes: Uint8Array, at: number): bigint {
  return (BigInt(readU32(bytes, at)) << 32n) | BigInt(readU32(bytes, at + 4));
}

/** Two bytes, big-endian; higher bits are dropped. */
export function writeU16(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 8;
  bytes[at + 1] = value;
}

/** Four bytes, big-endian, modulo 2^32. */
export function writeU32(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 24;
  bytes[at + 1] = value >>> 16;
  bytes[at + 2] = value >>> 8;
  bytes[at + 3] = value;
}

/** Copies a few bytes from one packet to another. */
export function copyBytes(from: Uint8Array, fromAt: number, to: Uint8Array, toAt: number, length: number): void {
  for (let i = 0; i < length; i++) to[toAt + i] = from[fromAt + i] ?? 0;
}

/** Compares a few bytes of two packets; how long it takes does not tell where they differ. */
export function sameBytes(a: Uint8Array, aAt: number, b: Uint8Array, bAt: number, length: number): boolean {
  if (a.length < aAt + length || b.length < bAt + length) return false;
  let difference = 0;
  for (let i = 0; i < length; i++) difference |= (a[aAt + i] ?? 0) ^ (b[bAt + i] ?? 0);
  return difference === 0;
}
