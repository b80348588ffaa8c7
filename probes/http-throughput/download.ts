import { NetprobeError } from '../../src/contract/error.ts';
import type { Ns } from '../../src/contract/records.ts';
import { type HttpHandler, openHttp } from '../../src/measure/http-connection.ts';
import { wrongStatus } from '../../src/measure/http-failure.ts';
import type { HttpServer } from '../../src/measure/http-server.ts';
import type { Pipe } from '../../src/measure/pipe.ts';

/** Opens a download from an agent: a GET, taken once it is answered, whose body is the pipe's payload. */
export async function openDownload(server: HttpServer, path: string, timeoutNs: Ns, now: () => Ns): Promise<Pipe> {
  const connection = await openHttp(server, timeoutNs);
  let receive: (bytes: number, at: Ns) => void = () => undefined;
  let end: (reason: Error) => void = () => undefined;
  const ended = new Promise<Error>((resolve) => {
    end = resolve;
  });
  const late = setTimeout(() => {
    end(new NetprobeError('NETPROBE_AGENT_SILENT', `${server.site} did not take a stream`));
    connection.destroy();
  }, timeoutNs / 1e6);
  const answered = new Promise<number>((resolve) => {
    const handler: HttpHandler = {
      onConnect: () => undefined,
      onHeaders(status) {
        resolve(status);
        return true;
      },
      onData(chunk) {
        receive(chunk.length, now());
        return true;
      },
      onComplete: () => end(new NetprobeError('NETPROBE_AGENT_CLOSED', `${server.site} ended a stream`)),
      onError: (error) => end(connection.failure(error)),
    };
    connection.send({ method: 'GET', path, headers: server.headers, body: null, keep: true }, handler);
  });
  try {
    const status = await Promise.race([answered, ended.then((reason) => Promise.reject(reason))]);
    if (status !== 200) throw wrongStatus(server, status, '200');
  } catch (error) {
    connection.destroy();
    throw error;
  } finally {
    clearTimeout(late);
  }
  return {
    receive(on) {
      receive = on;
    },
    send: () => undefined,
    sent: () => 0,
    ended,
    destroy: () => connection.destroy(),
  };
}
