import type { DatagramSource } from '../../src/contract/io.ts';
import type { Run } from '../../src/contract/kind.ts';
import { stampKey } from '../../src/wire/stamp/authentication.ts';
import { readU32 } from '../../src/wire/stamp/bytes.ts';
import { encodeErrorEstimate } from '../../src/wire/stamp/error-estimate.ts';
import { SENDER } from '../../src/wire/stamp/fields.ts';
import { layout } from '../../src/wire/stamp/layout.ts';
import type { ReflectorFields } from '../../src/wire/stamp/reflector.ts';
import { checkRequest, type Reflecting, type RequestVerdict, writeReply } from '../../src/wire/stamp/responder.ts';
import type { udpEcho } from './index.ts';
import type { UdpEchoOptions } from './options.ts';
import { wallStart } from './wall.ts';

/** How exact the clock is stands in the records; the packets promise nothing. */
const ERROR_ESTIMATE = encodeErrorEstimate({ synchronised: false, format: 'ntp', errorNs: null });
/** Node cannot read a packet's TTL. */
const UNKNOWN_TTL = 255;
/** A reply that the kernel could not take at once is still being sent while the next ones are written. */
const BUFFERS = 256;

/** A Session-Reflector (RFC 8762), stateful, that records every request it sees. */
export const run: Run<UdpEchoOptions, typeof udpEcho.tables> = async ({ options, caps }, io) => {
  const { mode, size, flows } = options;
  const reflections = io.table('reflect');
  const wall = wallStart(io.clock.startedUnixNs);
  const places = layout(mode, size);
  const buffers = Array.from({ length: BUFFERS }, () => Buffer.alloc(size));
  const counters = new Uint32Array(flows);
  const sessions: (Reflecting | undefined)[] = [];
  const fields: ReflectorFields = {
    sequence: 0,
    receivedSeconds: wall.seconds,
    receivedNanoseconds: 0,
    sentSeconds: wall.seconds,
    sentNanoseconds: 0,
    errorEstimate: ERROR_ESTIMATE,
    senderTtl: UNKNOWN_TTL,
  };
  const rejected: Record<Exclude<RequestVerdict, 'request'> | 'unrecorded', number> = {
    truncated: 0,
    oversized: 0,
    'not-stamp': 0,
    'other-session': 0,
    unauthenticated: 0,
    unrecorded: 0,
  };
  let rowsLeft = caps.rows['reflect'] ?? 0;
  let next = 0;

  const sessionOf = ({ flow, key }: DatagramSource): Reflecting => {
    const known = sessions[flow];
    if (known !== undefined) return known;
    const made = { layout: places, ssid: flow + 1, key: mode === 'authenticated' ? stampKey(key) : undefined };
    sessions[flow] = made;
    return made;
  };

  io.serve({
    datagrams: {
      tokenAt: places.token,
      dscp: options.dscp,
      take(packet, source, at, kernelAt) {
        const session = sessionOf(source);
        const verdict = checkRequest(session, packet);
        if (verdict !== 'request') {
          rejected[verdict] += 1;
          return;
        }
        // What is not recorded is not answered: the record is the proof of each direction's loss.
        if (rowsLeft === 0) {
          rejected.unrecorded += 1;
          return;
        }
        rowsLeft -= 1;
        const { flow } = source;
        const count = counters[flow] as number;
        counters[flow] = count + 1;
        const reply = buffers[next] as Buffer;
        next = (next + 1) % BUFFERS;
        fields.sequence = count;
        fields.receivedNanoseconds = wall.ns + (kernelAt ?? at);
        const sent = io.clock.now();
        fields.sentNanoseconds = wall.ns + sent;
        writeReply(session, packet, reply, fields);
        source.reply(reply);
        const seq = readU32(packet, SENDER[mode].sequence);
        reflections.put({ flow, seq, reflector_seq: count, received: at, kernel: kernelAt, sent });
      },
    },
  });
  for await (const _message of io.heard(0));
  io.fact('rejected', rejected);
};
