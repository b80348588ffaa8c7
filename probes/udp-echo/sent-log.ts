import { matchReply, type ReplyVerdict } from '../../src/wire/stamp/packet.ts';
import { echoedSequence } from '../../src/wire/stamp/reflector.ts';
import type { Session } from '../../src/wire/stamp/session.ts';
import { mostKept } from './kept.ts';

/** Why a packet got no row. */
export type Rejection = Exclude<ReplyVerdict, 'match'> | 'unknown' | 'too_late';

/**
 * The requests of one flow, as sent, for so long as replies to them are waited for: a ring of packets. They are written
 * here in the first place, so nothing is copied.
 */
export class SentLog {
  readonly #session: Session;
  readonly #peer: 'ours' | 'foreign';
  readonly #size: number;
  readonly #slots: number;
  readonly #packets: Buffer;
  /** By slot: 1 when a reply to it has come. */
  readonly #answered: Uint8Array;
  #next = 0;

  /** `keep`: how many requests back replies are still known. */
  constructor(session: Session, peer: 'ours' | 'foreign', keep: number, flows: number) {
    this.#session = session;
    this.#peer = peer;
    this.#size = session.layout.size;
    this.#slots = Math.max(1, Math.min(keep, mostKept({ flows, size: this.#size })));
    this.#packets = Buffer.alloc(this.#slots * this.#size);
    this.#answered = new Uint8Array(this.#slots);
  }

  /** The memory for the request with this sequence number; numbers are taken one after another. */
  packet(sequence: number): Buffer {
    this.#next = sequence + 1;
    this.#answered[sequence % this.#slots] = 0;
    return this.#at(sequence);
  }

  /** The sequence number of the request that this packet answers; or why it answers none. */
  match(reply: Uint8Array): number | Rejection {
    const sequence = echoedSequence(reply, this.#session.layout.mode);
    if (sequence === undefined) return 'truncated';
    if (sequence >= this.#next) return 'unknown';
    if (sequence < this.#next - this.#slots) return 'too_late';
    const verdict = matchReply(this.#session, this.#at(sequence), reply, this.#peer);
    return verdict === 'match' ? sequence : verdict;
  }

  /** Whether this is the first reply to the request. */
  answer(sequence: number): boolean {
    const slot = sequence % this.#slots;
    const first = this.#answered[slot] === 0;
    this.#answered[slot] = 1;
    return first;
  }

  #at(sequence: number): Buffer {
    const start = (sequence % this.#slots) * this.#size;
    return this.#packets.subarray(start, start + this.#size);
  }
}
