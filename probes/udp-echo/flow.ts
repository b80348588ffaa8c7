import type { NetprobeError } from '../../src/contract/error.ts';
import type { Datagrams, Writer } from '../../src/contract/io.ts';
import { outcomeCode, outcomeFrom } from '../../src/contract/outcome.ts';
import type { Ns } from '../../src/contract/records.ts';
import { readU16 } from '../../src/wire/stamp/bytes.ts';
import { decodeErrorEstimate, encodeErrorEstimate } from '../../src/wire/stamp/error-estimate.ts';
import { REFLECTOR } from '../../src/wire/stamp/fields.ts';
import { prepareRequest, stampRequest } from '../../src/wire/stamp/packet.ts';
import { receivedNs, reflectorSequence, sentNs } from '../../src/wire/stamp/reflector.ts';
import { openSession, type Session } from '../../src/wire/stamp/session.ts';
import type { udpEcho } from './index.ts';
import type { UdpEchoOptions } from './options.ts';
import { type Rejection, SentLog } from './sent-log.ts';
import type { WallStart } from './wall.ts';

type Tables = typeof udpEcho.tables;

/** What all flows of a cell write to. */
export interface FlowsShared {
  options: UdpEchoOptions;
  requests: Writer<Tables['request']>;
  replies: Writer<Tables['reply']>;
  /** How many replies may still have a row. */
  rowsLeft: number;
  wall: WallStart;
  /** Packets that came and got no row, by reason. */
  rejected: Record<Rejection | 'unrecorded', number>;
  /** Rows of replies; requests that have one; and when the last came. */
  received: number;
  answered: number;
  lastReply: Ns;
  /** What came back instead of replies, such as ICMP's port unreachable: the first, and how many. */
  refusals: number;
  refusal: NetprobeError | undefined;
  /** What kept a request from being sent: the first. */
  unsent: NetprobeError | undefined;
}

/** Nobody is told how exact this clock is: the stamps that count are not on the wire. */
const ERROR_ESTIMATE = encodeErrorEstimate({ synchronised: false, format: 'ntp', errorNs: null });

/** One source port's requests and replies. */
export class Flow {
  readonly #flow: number;
  readonly #way: Datagrams;
  readonly #session: Session;
  readonly #log: SentLog;
  readonly #shared: FlowsShared;
  #sequence = 0;
  /** Of a foreign reflector: the error estimate of its last reply. */
  farEstimate: number | undefined;

  constructor(flow: number, way: Datagrams, secret: Uint8Array | null, keep: number, shared: FlowsShared) {
    const { mode, size, flows } = shared.options;
    this.#flow = flow;
    this.#way = way;
    this.#shared = shared;
    this.#session = openSession({
      mode,
      size,
      ssid: flow + 1,
      token: way.token,
      secret: mode === 'authenticated' ? secret : null,
      errorEstimate: ERROR_ESTIMATE,
    });
    this.#log = new SentLog(this.#session, way.key === null ? 'foreign' : 'ours', keep, flows);
    way.read(
      (packet, at, kernelAt) => this.#take(packet, at, kernelAt),
      (failure) => {
        shared.refusals += 1;
        shared.refusal ??= failure;
      },
    );
  }

  get localPort(): number {
    return this.#way.localPort;
  }

  send(intended: Ns, now: () => Ns): void {
    const { requests, wall } = this.#shared;
    const flow = this.#flow;
    const seq = this.#sequence;
    this.#sequence += 1;
    const packet = this.#log.packet(seq);
    prepareRequest(packet, this.#session, seq);
    const sent = now();
    stampRequest(packet, this.#session, wall.seconds, wall.ns + sent);
    this.#way.send(packet, (failure) => {
      if (failure !== undefined) this.#shared.unsent ??= failure;
      const unsent = failure === undefined ? null : outcomeCode(outcomeFrom(failure));
      requests.put({ flow, seq, intended, sent, unsent });
    });
  }

  /** Whether the packet is a reply, recorded or not. */
  #take(packet: Uint8Array, at: Ns, kernelAt: Ns | null): boolean {
    const shared = this.#shared;
    const seq = this.#log.match(packet);
    if (typeof seq !== 'number') {
      shared.rejected[seq] += 1;
      return false;
    }
    if (shared.rowsLeft === 0) {
      shared.rejected.unrecorded += 1;
      return true;
    }
    shared.rowsLeft -= 1;
    shared.received += 1;
    if (this.#log.answer(seq)) shared.answered += 1;
    shared.lastReply = at;
    const { mode } = this.#session.layout;
    const { wall } = shared;
    this.farEstimate = readU16(packet, REFLECTOR[mode].errorEstimate);
    shared.replies.put({
      flow: this.#flow,
      seq,
      reflector_seq: reflectorSequence(packet, mode),
      received: at,
      kernel: kernelAt,
      // A stamp that is no time, or far from now, becomes NaN, which is written as null.
      far_received: receivedNs(packet, mode, wall.seconds) - wall.ns,
      far_sent: sentNs(packet, mode, wall.seconds) - wall.ns,
    });
    return true;
  }

  close(): void {
    this.#way.close();
  }
}

/** What a foreign reflector says of its clock: the fact beside the stamps. */
export function farClock(bits: number): { synchronised: boolean; error_ns: number | null } {
  const { synchronised, errorNs } = decodeErrorEstimate(bits);
  return { synchronised, error_ns: errorNs };
}
