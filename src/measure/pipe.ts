import type { Duplex, Writable } from 'node:stream';
import { NetprobeError } from '../contract/error.ts';
import type { Link } from '../contract/io.ts';
import type { Ns } from '../contract/records.ts';

/** One stream of a throughput session, over whatever carries it. */
export interface Pipe {
  /** Calls back with the size of whatever arrives. */
  receive(on: (bytes: number, at: Ns) => void): void;
  /** Sends payload as fast as it is taken, until the pipe is destroyed. */
  send(): void;
  /** Payload bytes handed to the network stack so far; never fewer than the other side can have received. */
  sent(): number;
  /** Resolves with the reason when the connection has ended, whoever ended it. */
  ended: Promise<Error>;
  destroy(): void;
}

/** So many writes that were taken at once may follow each other before reads and timers get their turn. */
const WRITES_PER_TURN = 16;

/** Writes chunk after chunk to a stream, as its buffer empties, until it is destroyed or ended. */
export function pump(stream: Writable, chunk: () => Buffer): void {
  let inARow = 0;
  let immediate = false;
  const next = () => {
    if (stream.destroyed || stream.writableEnded) return;
    inARow += 1;
    if (inARow > WRITES_PER_TURN) {
      inARow = 0;
      immediate = true;
      setImmediate(() => {
        immediate = false;
        next();
      });
      return;
    }
    if (stream.write(chunk())) setImmediate(next);
  };
  stream.on('drain', () => {
    if (!immediate) next();
  });
  next();
}

type Socket = Duplex & { bytesWritten: number; _handle?: { writeQueueSize?: number } | null };

/** A raw TCP stream as a pipe. What was written to the link before is no payload. */
export function tcpPipe(link: Pick<Link, 'stream' | 'read'>, chunk: () => Buffer): Pipe {
  const socket: Socket = link.stream as Socket;
  const overhead = socket.bytesWritten;
  const handedOver = () => socket.bytesWritten - waiting(socket) - overhead;
  let atEnd: number | undefined;
  return {
    receive: (on) => link.read((bytes, at) => on(bytes.length, at)),
    send: () => pump(socket, chunk),
    sent: () => atEnd ?? handedOver(),
    ended: endOf(socket),
    destroy() {
      atEnd ??= handedOver();
      socket.destroy();
    },
  };
}

/**
 * What the kernel has not taken yet. Once the other side has ended the connection nobody can tell any more, and a write
 * that was taken in part counts as taken.
 */
function waiting(socket: Socket): number {
  return socket._handle?.writeQueueSize ?? 0;
}

/** Resolves when a stream ends, fails or is closed. */
export function endOf(stream: Duplex): Promise<Error> {
  return new Promise((resolve) => {
    stream.once('error', resolve);
    stream.once('end', () => resolve(new NetprobeError('NETPROBE_CLOSED', 'the other side closed a stream')));
    stream.once('close', () => resolve(new NetprobeError('NETPROBE_CLOSED', 'a stream was closed')));
  });
}
