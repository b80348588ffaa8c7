import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Link, Phases } from '../contract/io.ts';
import type { Ns } from '../contract/records.ts';
import type { Missing } from '../kernel/missing.ts';
import type { Kernel } from '../kernel/native.ts';
import { mark } from './mark.ts';

type OnBytes = (chunk: Uint8Array, at: Ns) => void;

/** What may wait for a reader; then the socket is not read any more until there is one. */
const MAX_EARLY_BYTES = 1024 * 1024;

/**
 * Bytes that a socket received into a reused buffer (`onread`), on their way to whoever reads them next. What arrives
 * before anybody does is copied and kept, up to a limit: a peer that sends unasked must not fill this side's memory.
 */
export class Inlet {
  readonly #now: () => Ns;
  #on: OnBytes | undefined;
  #early: { chunk: Uint8Array; at: Ns }[] = [];
  #earlyBytes = 0;

  constructor(now: () => Ns) {
    this.#now = now;
  }

  /** The callback for `onread`. */
  readonly receive = (bytes: number, buffer: Uint8Array): boolean => {
    const at = this.#now();
    const chunk = buffer.subarray(0, bytes);
    if (this.#on !== undefined) {
      this.#on(chunk, at);
      return true;
    }
    this.#early.push({ chunk: Uint8Array.from(chunk), at });
    this.#earlyBytes += bytes;
    return this.#earlyBytes < MAX_EARLY_BYTES;
  };

  /** Hands everything from now on, and what came early first, to `on`. The socket may have to be resumed. */
  open(on: OnBytes): void {
    this.#on = on;
    const early = this.#early;
    this.#early = [];
    this.#earlyBytes = 0;
    for (const { chunk, at } of early) on(chunk, at);
  }

  /** Puts bytes back in front. */
  restore(chunk: Uint8Array, at: Ns): void {
    if (chunk.length > 0) this.#early.unshift({ chunk, at });
    this.#on = undefined;
  }
}

/** A Link over a connected stream; `inlet` when its socket receives by `onread`. */
export function makeLink(
  stream: Duplex,
  how: {
    now: () => Ns;
    dialled: boolean;
    phases: Phases;
    inlet?: Inlet | undefined;
    kernel: Kernel | Missing;
    /** Told of everything that was read, after it was dealt with. */
    came?: () => void;
  },
): Link {
  const socket = stream as Socket;
  return {
    stream,
    address: socket.remoteAddress ?? '',
    port: socket.remotePort ?? 0,
    dialled: how.dialled,
    phases: how.phases,
    mark: (dscp) => mark(socket, dscp, how.kernel, how.dialled ? 'local' : 'agent'),
    read(on) {
      if (how.inlet) {
        how.inlet.open(on);
        stream.resume();
      }
      // A stream that came from the agent's front was paused there.
      else
        stream
          .on('data', (chunk: Buffer) => {
            on(chunk, how.now());
            how.came?.();
          })
          .resume();
    },
  };
}
