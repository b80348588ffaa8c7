import { NetprobeError } from '../../src/contract/error.ts';
import type { Ns } from '../../src/contract/records.ts';
import type { HttpConnection, HttpHandler } from '../../src/measure/http-connection.ts';
import { wrongStatus } from '../../src/measure/http-failure.ts';
import type { HttpServer } from '../../src/measure/http-server.ts';

/**
 * Shows an agent that a kept connection belongs to the session, by a request that is not measured: what the agent needs
 * to hand the connection to its responder is no part of later answers.
 */
export function prove(connection: HttpConnection, server: HttpServer, timeoutNs: Ns): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (error: Error) => {
      clearTimeout(timer);
      connection.destroy();
      reject(connection.failure(error));
    };
    const late = () => fail(new NetprobeError('NETPROBE_AGENT_SILENT', `${server.site} did not take a connection`));
    const timer = setTimeout(late, timeoutNs / 1e6);
    let answered = 0;
    const handler: HttpHandler = {
      onConnect: () => undefined,
      onHeaders(status) {
        answered = status;
        return true;
      },
      onData: () => true,
      onComplete() {
        clearTimeout(timer);
        // undici is still at it; what becomes of the connection is clear in a moment.
        if (answered === 200) queueMicrotask(resolve);
        else fail(wrongStatus(server, answered, '200'));
      },
      onError: fail,
    };
    const { path, headers } = server;
    connection.send({ method: 'GET', path, headers, body: null, keep: true }, handler);
  });
}
