import { NetprobeError } from '../../src/contract/error.ts';
import type { HttpConnection, HttpHandler } from '../../src/measure/http-connection.ts';
import { wrongStatus } from '../../src/measure/http-failure.ts';
import type { HttpServer } from '../../src/measure/http-server.ts';

/** A fetch that failed, and whether anything of its answer had come before. */
export class FetchFailed extends Error {
  readonly answered: boolean;
  readonly why: NetprobeError;

  constructor(why: NetprobeError, answered: boolean) {
    super(why.message);
    this.why = why;
    this.answered = answered;
  }
}

/** Fetches the server's object, and gives its size. `on` hears of each piece. Rejects with a FetchFailed. */
export function fetchOnce(
  connection: HttpConnection,
  server: HttpServer,
  on: (bytes: number) => void,
): Promise<number> {
  return new Promise((resolve, reject) => {
    let size = 0;
    let answered = false;
    const fail = (why: NetprobeError) => {
      reject(new FetchFailed(why, answered));
      connection.destroy();
    };
    const handler: HttpHandler = {
      onConnect: () => undefined,
      onResponseStarted() {
        answered = true;
      },
      onHeaders(status) {
        if (status >= 300) fail(wrongStatus(server, status, '200 to 299'));
        return true;
      },
      onData(chunk) {
        size += chunk.length;
        on(chunk.length);
        return true;
      },
      onComplete() {
        if (size > 0) resolve(size);
        else fail(empty(server));
      },
      onError: (error) => fail(connection.failure(error)),
    };
    const { path, headers } = server;
    connection.send({ method: 'GET', path, headers, body: null, keep: true }, handler);
  });
}

function empty({ site }: HttpServer): NetprobeError {
  return new NetprobeError('NETPROBE_PROTOCOL', `${site} answered with an empty body`, {
    expected: 'an object to download, the larger the better',
    found: '0 bytes',
  });
}
