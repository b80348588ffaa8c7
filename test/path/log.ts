import { readFile } from 'node:fs/promises';

/** What became of a packet. `duplicate` is a second copy that was forwarded; its packet has a line of its own. */
export type Fate = (typeof FATES)[number];

/** A line of the log. Times are ns since the start of the path, on its monotonic clock. */
export interface PathRecord {
  from: string;
  to: string;
  ipVersion: number;
  /** 6 TCP, 17 UDP, 1 ICMP, 58 ICMPv6. */
  protocol: number;
  /** For ICMP the type; 0 for other protocols and for fragments. */
  sourcePort: number;
  /** For ICMP the code. */
  destinationPort: number;
  route: number;
  /** Counts the packets of the direction, logged or not, from 0 in order of coming in. */
  index: number;
  packetBytes: number;
  payloadBytes: number;
  /** When the emulator had read it from the sender's interface. */
  inNs: number;
  /** When it was to leave, by the delay drawn for it; null when it never was to. */
  dueNs: number | null;
  /** When it was written to the receiver's interface; null: never. */
  outNs: number | null;
  fate: Fate;
  /** Its first bytes, as many as the log keeps. */
  payload: Uint8Array;
}

export interface PathLog {
  /** CLOCK_MONOTONIC at the start of the path. */
  startNs: bigint;
  sites: readonly string[];
  /** In the order in which fates were settled. */
  records: PathRecord[];
}

const FATES = [
  'forwarded',
  'lost',
  'queue',
  'blackout',
  'duplicate',
  'expired',
  'too-big',
  'pending',
  'overflow',
  'unwritten',
] as const;

const HEAD_BYTES = 28;
const SITE_BYTES = 32;
const LINE_BYTES = 52;
const END = 255;

/** Reads a log from its file. */
export async function readLog(file: string): Promise<PathLog> {
  return parseLog(await readFile(file));
}

/** Reads a log, whose layout emulator/log.h has. Throws when it is not whole: half a truth is none. */
export function parseLog(bytes: Uint8Array): PathLog {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < HEAD_BYTES || ascii(bytes.subarray(0, 8)) !== 'npathlog' || view.getUint32(8, true) !== 1) {
    throw new Error('not the log of a path');
  }
  const keptBytes = view.getUint32(12, true);
  const siteCount = view.getUint32(24, true);
  const first = HEAD_BYTES + siteCount * SITE_BYTES;
  const sites = Array.from({ length: siteCount }, (_, i) => {
    const at = HEAD_BYTES + i * SITE_BYTES;
    return ascii(bytes.subarray(at, at + SITE_BYTES)).replace(/\0.*$/, '');
  });
  const lineBytes = LINE_BYTES + keptBytes;
  const lines = Math.floor((bytes.length - first) / lineBytes);
  if (lines < 1 || view.getUint8(first + (lines - 1) * lineBytes + 43) !== END) {
    throw new Error('the log has no end: its path still stands, or was killed');
  }
  const records = Array.from({ length: lines - 1 }, (_, i) => readLine(bytes, view, first + i * lineBytes, sites));
  assertWhole(records.length, view, first + (lines - 1) * lineBytes);
  return { startNs: view.getBigInt64(16, true), sites, records };
}

/** From its coming in to its going out. */
export function delayNs({ inNs, outNs }: PathRecord): number {
  if (outNs === null) throw new RangeError('a packet that never came out has no delay');
  return outNs - inNs;
}

/** The packets that came out, without second copies. */
export function forwarded(records: readonly PathRecord[]): PathRecord[] {
  return records.filter(({ fate }) => fate === 'forwarded');
}

function readLine(bytes: Uint8Array, view: DataView, at: number, sites: readonly string[]): PathRecord {
  const fate = FATES[view.getUint8(at + 43)];
  const from = sites[view.getUint8(at + 40)];
  const to = sites[view.getUint8(at + 41)];
  if (fate === undefined || from === undefined || to === undefined) throw new Error('a line of the log makes no sense');
  const payload = at + LINE_BYTES;
  return {
    from,
    to,
    ipVersion: view.getUint8(at + 49),
    protocol: view.getUint8(at + 42),
    sourcePort: view.getUint16(at + 44, true),
    destinationPort: view.getUint16(at + 46, true),
    route: view.getUint8(at + 48),
    index: Number(view.getBigUint64(at + 24, true)),
    packetBytes: view.getUint32(at + 36, true),
    payloadBytes: view.getUint32(at + 32, true),
    inNs: Number(view.getBigInt64(at, true)),
    dueNs: time(view.getBigInt64(at + 8, true)),
    outNs: time(view.getBigInt64(at + 16, true)),
    fate,
    payload: bytes.subarray(payload, payload + view.getUint16(at + 50, true)),
  };
}

function assertWhole(lines: number, view: DataView, end: number): void {
  const dropped = view.getBigUint64(end + 24, true);
  if (dropped > 0n) throw new Error(`${dropped} lines of the log were dropped: log fewer packets`);
  if (view.getBigInt64(end, true) !== BigInt(lines)) throw new Error('the log lacks lines');
}

function time(ns: bigint): number | null {
  return ns < 0n ? null : Number(ns);
}

function ascii(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1');
}
