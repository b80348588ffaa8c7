import type dgram from 'node:dgram';
import type net from 'node:net';
import { NetprobeError } from '../contract/error.ts';
import type { Cost } from '../contract/kind.ts';

/** After a completed cell, what a peer is still owed must be taken within this time. */
const LINGER_MS = 2000;

/** All that an activity has open, and how many bytes went through it. */
export class Traffic {
  readonly #sockets = new Set<net.Socket>();
  readonly #datagrams = new Set<dgram.Socket>();
  #bytesIn = 0;
  #bytesOut = 0;

  own(socket: net.Socket): void {
    this.#sockets.add(socket);
    socket.once('close', () => {
      this.#sockets.delete(socket);
      this.#count(socket);
    });
  }

  ownDatagrams(socket: dgram.Socket): void {
    this.#datagrams.add(socket);
  }

  /** Counts what no socket of its own tells: datagrams. */
  carried(bytes: number, out: boolean): void {
    if (out) this.#bytesOut += bytes;
    else this.#bytesIn += bytes;
  }

  /** What is more than was agreed; undefined: nothing. Saturating loads are bounded by time instead. */
  beyond({ bytesIn: mostIn, bytesOut: mostOut }: Cost, kind: string): NetprobeError | undefined {
    if (mostIn === null || mostOut === null) return undefined;
    let bytesIn = this.#bytesIn;
    let bytesOut = this.#bytesOut;
    for (const socket of this.#sockets) {
      if (isTls(socket)) continue;
      bytesIn += socket.bytesRead;
      bytesOut += socket.bytesWritten;
    }
    if (bytesIn > mostIn) return moreThanAgreed(`${kind} received`, 'target', mostIn, bytesIn);
    if (bytesOut > mostOut) return moreThanAgreed(`${kind} sent`, 'local', mostOut, bytesOut);
    return undefined;
  }

  /** Closes all of it. `owed`: what peers are still owed (a last answer) goes out before. */
  end(owed: boolean): void {
    for (const socket of this.#datagrams) closeDatagrams(socket);
    for (const socket of this.#sockets) {
      socket.on('error', () => undefined);
      if (owed) {
        socket.destroySoon();
        setTimeout(() => socket.destroy(), LINGER_MS).unref();
      } else socket.destroy();
    }
  }

  #count(socket: net.Socket): void {
    if (isTls(socket)) return;
    this.#bytesIn += socket.bytesRead;
    this.#bytesOut += socket.bytesWritten;
  }
}

/** Of a TLS socket, bytes are counted at the socket below, which is the activity's too. */
export function isTls(socket: net.Socket): boolean {
  return 'encrypted' in socket;
}

function moreThanAgreed(words: string, origin: 'target' | 'local', most: number, found: number): NetprobeError {
  return new NetprobeError('NETPROBE_LIMIT_EXCEEDED', `${words} more than agreed`, {
    origin,
    expected: `at most ${most} bytes`,
    found: `${found} bytes`,
  });
}

function closeDatagrams(socket: dgram.Socket): void {
  try {
    socket.close();
  } catch {
    // The probe has closed it.
  }
}
