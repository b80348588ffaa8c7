import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Run } from '../../src/contract/kind.ts';
import type { httpRequest } from './index.ts';
import type { HttpRequestOptions } from './options.ts';
import { MAX_BODY_BYTES, NONCE_HEADER } from './wire.ts';

/** Answers every request, whatever its method and path, with the same random bytes, once it has come in full. */
export const run: Run<HttpRequestOptions, typeof httpRequest.tables> = async ({ options }, io) => {
  const body = randomBytes(options.response_size);
  let answered = 0;
  io.serve({
    http(request, response) {
      whenComplete(request, () => {
        answered += 1;
        answer(request, response, body);
      });
    },
  });
  for await (const _message of io.heard(0));
  io.fact('answered_requests', answered);
};

/** Reads a request's body to its end, and no longer than was agreed. */
function whenComplete(request: IncomingMessage, then: () => void): void {
  let received = 0;
  request.on('data', (chunk: Buffer) => {
    received += chunk.length;
    if (received > MAX_BODY_BYTES) request.destroy();
  });
  request.on('end', then);
}

function answer(request: IncomingMessage, response: ServerResponse, body: Buffer): void {
  const nonce = request.headers[NONCE_HEADER];
  response.sendDate = false;
  response.writeHead(200, {
    'content-type': 'application/octet-stream',
    'content-length': body.length,
    ...(nonce === undefined ? {} : { [NONCE_HEADER]: nonce }),
  });
  // The body of an answer to HEAD is left out by node:http.
  response.end(body);
}
