import type { PathRecord } from '../../test/path/log.ts';
import type { Traffic } from './measured.ts';

type KeyOf = Traffic['keyOf'];

/** Every tool is asked for messages of this size. */
const MESSAGE_BYTES = 64;

/** What goes to a port of the far site, and what comes back. */
export function portTraffic(protocol: 'udp' | 'tcp', port: number, keyOf: KeyOf): Traffic {
  const number = protocol === 'udp' ? 17 : 6;
  // Over TCP the messages are told from what else is said by their size.
  const isOne = (r: PathRecord) => r.protocol === number && (protocol === 'udp' || r.payloadBytes === MESSAGE_BYTES);
  return {
    isRequest: (r) => r.from === 'a' && r.destinationPort === port && isOne(r),
    isReply: (r) => r.from === 'b' && r.sourcePort === port && isOne(r),
    keyOf,
  };
}

/** Echo requests and replies; the log has their type as the source port. */
export function pingTraffic(ipVersion: 4 | 6): Traffic {
  const [protocol, request, reply] = ipVersion === 4 ? [1, 8, 0] : [58, 128, 129];
  return {
    isRequest: (r) => r.from === 'a' && r.protocol === protocol && r.sourcePort === request,
    isReply: (r) => r.from === 'b' && r.protocol === protocol && r.sourcePort === reply,
    keyOf: (payload) => String(view(payload).getUint16(2)),
  };
}

export function view(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
