import type { ProbeIo } from '../../src/contract/io.ts';
import type { Run } from '../../src/contract/kind.ts';
import { intendedTimes } from '../../src/contract/schedule.ts';
import { type HttpServer, httpServer } from '../../src/measure/http-server.ts';
import { warmUp } from '../../src/measure/http-warm-up.ts';
import { keptConnections, type Sender } from './connections.ts';
import type { Flight } from './flight.ts';
import { FlightLog } from './flight-log.ts';
import { freshConnection } from './fresh.ts';
import type { httpRequest } from './index.ts';
import type { HttpRequestOptions } from './options.ts';
import { Asking } from './request.ts';

type Io = ProbeIo<typeof httpRequest.tables>;

export const run: Run<HttpRequestOptions, typeof httpRequest.tables> = async ({ options, seats, seed }, io, signal) => {
  const site = seats[1]?.site ?? 'the target';
  const server = httpServer(io, site, options);
  const asking = new Asking(server, options);
  await warmUp(server);
  const log = new FlightLog(site, options.timeout, io.table('request'), io.trouble);
  const sender = await senderOf(server, asking, options, io, signal);
  const give = () => log.abandonAll();
  signal.addEventListener('abort', give, { once: true });
  try {
    await io.clock.pace(intendedTimes(options, await io.clock.start(), seed), (intended, seq) => {
      const released = io.clock.now();
      sender.send(log.begin(seq, intended, released));
    });
    await log.empty();
    signal.throwIfAborted();
  } finally {
    signal.removeEventListener('abort', give);
    log.abandonAll();
    sender.end();
  }
  // One that answered is a measurement; none that did is a server that is down.
  if (log.received === 0 && log.firstFailure !== undefined) throw log.firstFailure;
};

function senderOf(
  server: HttpServer,
  asking: Asking,
  options: HttpRequestOptions,
  io: Io,
  signal: AbortSignal,
): Promise<Sender> {
  if (options.connection === 'reuse') return keptConnections(server, asking, options, io, signal);
  return Promise.resolve({
    send: (flight: Flight) => void freshConnection(flight, server, asking, options.timeout, io.clock),
    end: () => undefined,
  });
}
