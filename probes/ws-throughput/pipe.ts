import type { Duplex } from 'node:stream';
import { WebSocket } from 'ws';
import type { Ns } from '../../src/contract/records.ts';
import type { Pipe } from '../../src/measure/pipe.ts';

/** Payload that may wait in this process, for each stream. */
const MAX_QUEUED_BYTES = 1024 * 1024;
/** All streams together send so much before reads and timers get their turn: masking it takes some milliseconds. */
const TURN_BYTES = 1024 * 1024;

export interface WsPipeOver {
  ws: WebSocket;
  stream: Duplex;
  /** Resolves with the reason when the WebSocket has ended. */
  ended: Promise<Error>;
  /** How many share the loop. */
  streams: number;
}

/** A WebSocket as a pipe: payload is what whole messages carry. */
export function wsPipe({ ws, stream, ended, streams }: WsPipeOver, chunk: () => Buffer, now: () => Ns): Pipe {
  let sent = 0;
  return {
    receive: (on) => {
      ws.on('message', (message: Buffer) => on(message.length, now()));
    },
    send: () =>
      pump(ws, chunk, TURN_BYTES / streams, (bytes) => {
        sent += bytes;
      }),
    sent: () => sent,
    ended,
    destroy: () => stream.destroy(),
  };
}

/** Sends message after message, as the socket takes them, until it is closed; `flushed` hears of each that it took. */
function pump(ws: WebSocket, chunk: () => Buffer, turnBytes: number, flushed: (bytes: number) => void): void {
  let queued = 0;
  let due = false;
  const room = () => queued < MAX_QUEUED_BYTES && ws.readyState === WebSocket.OPEN;
  const soon = () => {
    if (!due) setImmediate(turn);
    due = true;
  };
  const turn = () => {
    due = false;
    for (let left = turnBytes; left > 0 && room(); ) left -= send(chunk());
    if (room()) soon();
  };
  const send = (message: Buffer) => {
    queued += message.length;
    ws.send(message, (error) => {
      queued -= message.length;
      if (error) return;
      flushed(message.length);
      soon();
    });
    return message.length;
  };
  turn();
}
