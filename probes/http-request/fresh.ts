import type { CellClock } from '../../src/contract/io.ts';
import { failureFrom, outcomeFrom } from '../../src/contract/outcome.ts';
import type { Ns } from '../../src/contract/records.ts';
import { openHttp } from '../../src/measure/http-connection.ts';
import type { HttpServer } from '../../src/measure/http-server.ts';
import { startExchange } from './exchange.ts';
import type { Flight } from './flight.ts';
import type { Asking } from './request.ts';

/** Sends a flight's request over a connection of its own, whose handshakes are phases of the request. */
export async function freshConnection(
  flight: Flight,
  server: HttpServer,
  asking: Asking,
  timeoutNs: Ns,
  clock: CellClock,
): Promise<void> {
  const { time } = flight;
  time.sent = flight.released;
  try {
    const connection = await openHttp(server, timeoutNs);
    const ready = clock.now();
    if (flight.settled) {
      connection.destroy();
      return;
    }
    const { connect, tls } = connection.link.phases;
    Object.assign(time, { connect, tls, ready });
    // connect(2) was called so long before; setting up the socket came between it and the release.
    time.sent = ready - (connect ?? 0) - (tls ?? 0);
    const done = () => connection.destroy();
    startExchange(flight, connection, asking, clock, { complete: done, unasked: done });
  } catch (error) {
    const why = failureFrom(error, server.site);
    flight.failed(outcomeFrom(why), why);
  }
}
