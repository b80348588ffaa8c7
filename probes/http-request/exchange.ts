import type { NetprobeError } from '../../src/contract/error.ts';
import type { CellClock } from '../../src/contract/io.ts';
import { outcomeFrom } from '../../src/contract/outcome.ts';
import type { Ns } from '../../src/contract/records.ts';
import { ConnectionGone, type HttpConnection, type HttpHandler } from '../../src/measure/http-connection.ts';
import type { Flight } from './flight.ts';
import type { Asking } from './request.ts';

/** What comes of an exchange for the connection that carried it. */
export interface After {
  /** The answer is complete. */
  complete(): void;
  /** The connection had ended unnoticed before the request was written: it may go over another one. */
  unasked(): void;
}

/** Sends a flight's request over a connection, stamps what happens, and settles the flight. */
export function startExchange(
  flight: Flight,
  connection: HttpConnection,
  asking: Asking,
  { now }: CellClock,
  after: After,
): void {
  const { time } = flight;
  const reused = connection.used;
  const { request, nonce } = asking.next();
  let asked = false;
  const fail = (why: NetprobeError) => {
    flight.failed(outcomeFrom(why), why);
    connection.destroy();
  };
  flight.release = () => connection.destroy();
  time.reused = reused;
  const handler: HttpHandler = {
    onConnect() {
      asked = true;
      const at = now();
      // A connection of the request's own was ready before; a kept one is, from here on, this request's.
      time.sent ??= at;
      time.ready ??= at;
    },
    onRequestSent: () => whenTaken(connection, now, time),
    onResponseStarted() {
      time.first = now();
    },
    onHeaders(status, headers) {
      if (status < 200) return true;
      time.status = status;
      time.bytes = 0;
      const wrong = asking.wrongNonce(headers, nonce);
      if (wrong) fail(wrong);
      return true;
    },
    onData(chunk) {
      time.bytes = (time.bytes ?? 0) + chunk.length;
      if (time.bytes > asking.maxBody) fail(asking.tooLong());
      return true;
    },
    onComplete() {
      const at: Ns = now();
      flight.answered(at, asking.wrongStatus(time.status ?? 0));
      after.complete();
    },
    onError(error) {
      if (asked || !reused || !(error instanceof ConnectionGone)) fail(connection.failure(error));
      else if (!flight.settled) {
        time.reused = null;
        after.unasked();
      }
    },
  };
  connection.send(request, handler);
}

/** A long body leaves this process only as fast as the network stack takes it. */
function whenTaken({ link: { stream } }: HttpConnection, now: () => Ns, time: Flight['time']): void {
  const taken = () => {
    time.handed = now();
  };
  if (stream.writableLength > 0 && stream.writableNeedDrain) stream.once('drain', taken);
  else taken();
}
