import net from 'node:net';
import { threadNow } from '../clock/monotonic.ts';
import type { Ns } from '../contract/records.ts';
import type { Missing } from '../kernel/missing.ts';
import type { Kernel } from '../kernel/native.ts';
import { wallTime } from '../kernel/wall-time.ts';
import { readU16, readU32 } from '../wire/stamp/bytes.ts';
import { encodeErrorEstimate } from '../wire/stamp/error-estimate.ts';
import { BASE_BYTES, REFLECTOR, SENDER } from '../wire/stamp/fields.ts';
import { writeReply } from '../wire/stamp/responder.ts';
import { DailyBudget, TokenBucket } from './budget.ts';
import type { Stranger } from './datagram-port.ts';
import type { StrangerRules } from './messages.ts';

const REFLECTING = { layout: { mode: 'unauthenticated' }, key: undefined } as const;
const ERROR_ESTIMATE = encodeErrorEstimate({ synchronised: false, format: 'ntp', errorNs: null });
const UNKNOWN_TTL = 255;
const MAX_BYTES = 65_507;
/** Below are services that would answer what they are sent, reflectors (862) among them; no sender has such a port. */
const LOWEST_PORT = 1024;
/** Counters are kept of so many senders; the one that was quiet longest is forgotten first. */
const MAX_SENDERS = 1024;
/** An agent runs for months, and its wall clock may be set: it is looked at this often while packets come. */
const LOOK_EVERY_NS = 1e9;

/**
 * A Session-Reflector (RFC 8762, stateful, unauthenticated) for senders without a netprobe session: from the networks that
 * the agent's owner allowed, and within a rate and a daily amount. A reply is as long as its request. Whatever else comes
 * is dropped. An address cannot prove itself in plain STAMP: that is why there is a list, and why it is short.
 */
export function strangers(
  rules: StrangerRules,
  ownPort: () => number,
  kernel: Kernel | Missing,
  now: () => Ns = threadNow,
): Stranger {
  const allowed = blockList(rules.allow);
  const rate = new TokenBucket(rules.perSecond, now);
  const daily = new DailyBudget(rules.bytesPerDay, now);
  const counters = new Map<string, number>();
  const wall = wallClock(kernel, now);
  const reply = Buffer.alloc(MAX_BYTES);

  const count = (address: string, port: number, ssid: number): number => {
    const sender = `${address} ${port} ${ssid}`;
    const next = counters.get(sender) ?? 0;
    counters.delete(sender);
    counters.set(sender, next + 1);
    if (counters.size > MAX_SENDERS) counters.delete(counters.keys().next().value as string);
    return next;
  };

  return (packet, from, at, send) => {
    if (packet.length < BASE_BYTES.unauthenticated || from.port < LOWEST_PORT || from.port === ownPort()) return;
    if (isReply(packet)) return;
    if (!allowed.check(from.address, from.family === 'IPv6' ? 'ipv6' : 'ipv4')) return;
    if (!rate.take() || !daily.take(packet.length)) return;
    const { seconds, ns } = wall();
    const length = writeReply(
      REFLECTING,
      packet,
      reply,
      {
        sequence: count(from.address, from.port, readU16(packet, SENDER.unauthenticated.ssid)),
        receivedSeconds: seconds,
        receivedNanoseconds: ns + at,
        sentSeconds: seconds,
        sentNanoseconds: ns + now(),
        errorEstimate: ERROR_ESTIMATE,
        senderTtl: UNKNOWN_TTL,
      },
      'unchecked',
    );
    if (length > 0) send(Buffer.from(reply.subarray(0, length)));
  };
}

/** Gives the wall time of the 0 of `now`: whole seconds and the rest. Both stamps of a reply are made with one of these. */
function wallClock(kernel: Kernel | Missing, now: () => Ns): () => { seconds: number; ns: Ns } {
  const wall = wallTime(kernel, now);
  let looked = now();
  let zero = parts(wall.zeroNs);
  return () => {
    if (now() - looked >= LOOK_EVERY_NS) {
      looked = now();
      if (wall.look() !== null) zero = parts(wall.zeroNs);
    }
    return zero;
  };
}

function parts(unixNs: bigint): { seconds: number; ns: Ns } {
  return { seconds: Number(unixNs / 1_000_000_000n), ns: Number(unixNs % 1_000_000_000n) };
}

/** A sender's packet is zeros where a reflector's has its receive timestamp: two reflectors must never answer each other. */
function isReply(packet: Uint8Array): boolean {
  const at = REFLECTOR.unauthenticated.receiveTimestamp;
  return readU32(packet, at) !== 0 || readU32(packet, at + 4) !== 0;
}

/** The networks as one list. Throws a RangeError with the one that is none. */
export function blockList(networks: readonly string[]): net.BlockList {
  const list = new net.BlockList();
  for (const network of networks) {
    const [, address = '', bits] = /^([0-9a-fA-F:.]+)(?:\/(\d{1,3}))?$/.exec(network) ?? [];
    const family = net.isIP(address);
    const length = bits === undefined ? (family === 6 ? 128 : 32) : Number(bits);
    if (family === 0 || length > (family === 6 ? 128 : 32)) throw new RangeError(network);
    list.addSubnet(address, length, family === 6 ? 'ipv6' : 'ipv4');
  }
  return list;
}
