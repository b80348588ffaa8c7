import { Duplex } from 'node:stream';
import tls from 'node:tls';
import { HttpConnection, type HttpHandler } from './http-connection.ts';
import type { HttpServer } from './http-server.ts';

const ANSWER = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok';
/** So often that the code has been compiled. */
const ROUNDS = 20;

/**
 * Exchanges a few messages with nobody, and loads the certificates that TLS trusts: otherwise the first request would
 * pay for the set-up of the parser (milliseconds), the first handshake for that of TLS (tens of them).
 */
export async function warmUp(server: HttpServer): Promise<void> {
  if (server.url.protocol === 'https:') tls.createSecureContext();
  const nobody = new Duplex({
    read: () => undefined,
    write(chunk: Buffer, _encoding, done) {
      if (chunk.includes('\r\n\r\n')) setImmediate(() => this.push(ANSWER));
      done();
    },
  });
  const link = { stream: nobody, address: '', port: 0, dialled: true, phases: { connect: null, tls: null } };
  // Proofs are for connections to the agent; each costs one of those that it grants.
  const connection = new HttpConnection(
    { ...server, proof: () => [] },
    {
      ...link,
      mark: () => undefined,
      read: () => undefined,
    },
  );
  for (let round = 0; round < ROUNDS; round += 1) await exchange(connection);
  connection.destroy();
}

function exchange(connection: HttpConnection): Promise<void> {
  return new Promise((resolve, reject) => {
    const handler: HttpHandler = {
      onConnect: () => undefined,
      onHeaders: () => true,
      onData: () => true,
      onComplete: resolve,
      onError: reject,
    };
    connection.send({ method: 'GET', path: '/', headers: ['accept', '*/*'], body: null, keep: true }, handler);
  });
}
