import type { ProbeIo } from '../../src/contract/io.ts';
import { aborted } from '../../src/measure/aborted.ts';
import { type HttpConnection, openHttp } from '../../src/measure/http-connection.ts';
import type { HttpServer } from '../../src/measure/http-server.ts';
import { fillNs } from './cost.ts';
import { startExchange } from './exchange.ts';
import type { Flight } from './flight.ts';
import type { httpRequest } from './index.ts';
import type { HttpRequestOptions } from './options.ts';
import { Pool } from './pool.ts';
import { prove } from './prove.ts';
import type { Asking } from './request.ts';

type Io = ProbeIo<typeof httpRequest.tables>;

/** What carries requests to the server. */
export interface Sender {
  send(flight: Flight): void;
  end(): void;
}

/** Opens the connections that a cell keeps, and records each. Rejects when none can be opened. */
export async function keptConnections(
  server: HttpServer,
  asking: Asking,
  options: HttpRequestOptions,
  io: Io,
  signal: AbortSignal,
): Promise<Sender> {
  const { now } = io.clock;
  const failed = { count: 0 };
  const pool = new Pool({
    max: options.connections,
    site: server.site,
    open: () =>
      open(server, options, io).catch((error: unknown) => {
        failed.count += 1;
        throw error;
      }),
    start: (flight, connection, after) => startExchange(flight, connection, asking, io.clock, after),
  });
  const until = now() + fillNs(options);
  await Promise.race([aborted(signal), pool.fill(() => now() < until && !signal.aborted)]);
  return {
    send: (flight) => pool.submit(flight),
    end() {
      pool.end();
      io.fact('connections_failed', failed.count);
    },
  };
}

async function open(server: HttpServer, options: HttpRequestOptions, io: Io): Promise<HttpConnection> {
  const connection = await openHttp(server, options.timeout);
  if (server.agent) await prove(connection, server, options.timeout);
  io.table('connection').put({ opened: io.clock.now(), ...connection.link.phases });
  return connection;
}
