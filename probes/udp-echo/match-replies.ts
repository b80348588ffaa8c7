import type { Rows } from './trips.ts';

/** `i` below is the place of a request, `p` a row of replies. */
export interface Matched {
  /** p of the first reply to i, late or not; −1: none. */
  reply: Int32Array;
  /** When that arrived, ns; NaN: no reply. */
  arrival: Float64Array;
  /** How many replies i got, 255 for more. */
  copies: Uint8Array;
  /** i of each reply that can be one; −1: there is no such request, or it was sent later. */
  requestOf: Int32Array;
  /** How many replies were put to no request, or to one that had one. */
  notes: Record<string, number>;
}

/**
 * Puts each reply to its request, in the order of rows. `sent` are the requests' times of sending, `find` gives the place
 * of a request that left this machine. A reply is there when the kernel had it, else when this process had it.
 */
export function matchReplies(
  reply: Pick<Rows['reply'], 'flow' | 'seq' | 'received' | 'kernel'>,
  sent: Float64Array,
  find: (flow: number, seq: number) => number,
): Matched {
  const first = new Int32Array(sent.length).fill(-1);
  const arrival = new Float64Array(sent.length).fill(Number.NaN);
  const copies = new Uint8Array(sent.length);
  const requestOf = new Int32Array(reply.seq.length).fill(-1);
  const notes = { replies_to_nothing: 0, replies_before_sending: 0, further_replies: 0, absurd_kernel_stamps: 0 };
  for (let p = 0; p < requestOf.length; p += 1) {
    const i = find(reply.flow[p] as number, reply.seq[p] as number);
    if (i < 0) {
      notes.replies_to_nothing += 1;
      continue;
    }
    const received = reply.received[p] as number;
    const kernel = reply.kernel[p] as number;
    // The kernel cannot have it before it was sent, nor after this process: such a stamp is a clock that was set.
    const kernelFits = kernel >= (sent[i] as number) && kernel <= received;
    if (!kernelFits && !Number.isNaN(kernel)) notes.absurd_kernel_stamps += 1;
    const at = kernelFits ? kernel : received;
    if (!(at >= (sent[i] as number))) {
      notes.replies_before_sending += 1;
      continue;
    }
    requestOf[p] = i;
    if (copies[i] === 0 || at < (arrival[i] as number)) {
      arrival[i] = at;
      first[i] = p;
    }
    if (copies[i] !== 0) notes.further_replies += 1;
    if (copies[i] !== 255) copies[i] = (copies[i] as number) + 1;
  }
  return { reply: first, arrival, copies, requestOf, notes };
}
