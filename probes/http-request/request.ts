import { randomBytes } from 'node:crypto';
import { NetprobeError } from '../../src/contract/error.ts';
import { formatSize } from '../../src/contract/units.ts';
import type { HttpRequest } from '../../src/measure/http-connection.ts';
import { wrongStatus } from '../../src/measure/http-failure.ts';
import { type HttpServer, revealed } from '../../src/measure/http-server.ts';
import type { HttpRequestOptions } from './options.ts';
import { MAX_BODY_BYTES, NONCE_BYTES, NONCE_HEADER } from './wire.ts';

/** What a cell asks a server, and what it takes for an answer. */
export class Asking {
  readonly maxBody: number;
  readonly #server: HttpServer;
  readonly #request: HttpRequest;
  readonly #expect: readonly number[] | undefined;

  constructor(server: HttpServer, options: HttpRequestOptions) {
    const { path, headers } = server;
    this.maxBody = options.max_body;
    this.#server = server;
    this.#expect = options.expect;
    this.#request = {
      method: options.method,
      path,
      headers,
      body: bodyOf(server, options),
      keep: options.connection === 'reuse',
    };
  }

  /** The next request; to an agent, with fresh random bits that no answer can be made without. */
  next(): { request: HttpRequest; nonce: string | undefined } {
    if (!this.#server.agent) return { request: this.#request, nonce: undefined };
    const nonce = randomBytes(NONCE_BYTES).toString('hex');
    return { request: { ...this.#request, headers: [...this.#request.headers, NONCE_HEADER, nonce] }, nonce };
  }

  wrongNonce(headers: readonly Buffer[], nonce: string | undefined): NetprobeError | undefined {
    if (nonce === undefined || headerOf(headers, NONCE_HEADER) === nonce) return undefined;
    const what = `${this.#server.site} answered without the request's random bits`;
    return new NetprobeError('NETPROBE_AGENT_GARBAGE', what);
  }

  wrongStatus(status: number): NetprobeError | undefined {
    const right = this.#expect === undefined ? status >= 200 && status <= 299 : this.#expect.includes(status);
    return right ? undefined : wrongStatus(this.#server, status, this.#expect?.join(', ') ?? '200 to 299');
  }

  tooLong(): NetprobeError {
    return new NetprobeError('NETPROBE_PROTOCOL', `${this.#server.site} sent a body longer than max_body`, {
      origin: 'config',
      expected: `at most ${formatSize(this.maxBody)}`,
      found: 'more',
      hint: 'raise max_body if such answers are right',
    });
  }
}

/** The request's body. An agent gets as many random bytes instead: it is told nothing that is meant for targets. */
function bodyOf({ agent }: HttpServer, { body }: HttpRequestOptions): Buffer | null {
  if (body === undefined) return null;
  const bytes = Buffer.from(revealed('body', body));
  if (bytes.length <= MAX_BODY_BYTES) return agent ? randomBytes(bytes.length) : bytes;
  throw new NetprobeError('NETPROBE_LIMIT_EXCEEDED', 'the body is too long', {
    expected: `at most ${formatSize(MAX_BODY_BYTES)}`,
    found: `${bytes.length} bytes`,
  });
}

function headerOf(headers: readonly Buffer[], name: string): string | undefined {
  const at = headers.findIndex((key, i) => i % 2 === 0 && key.toString('latin1').toLowerCase() === name);
  return at === -1 ? undefined : headers[at + 1]?.toString('latin1');
}
