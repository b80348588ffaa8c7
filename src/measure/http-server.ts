import { validateHeaderValue } from 'node:http';
import { NetprobeError } from '../contract/error.ts';
import type { Endpoint, Link, ProbeIo } from '../contract/io.ts';
import type { Ns } from '../contract/records.ts';
import { isSecretRef, type SecretRef } from '../contract/secret.ts';
import { MAX_HEAD_BYTES } from '../wire/http-session.ts';

type HttpIo = Pick<ProbeIo<Record<never, never>>, 'endpoint' | 'connect'>;

interface HttpWishes {
  path?: string | undefined;
  headers?: Record<string, string | SecretRef> | undefined;
  verify_tls: boolean;
}

/** The server that a cell asks, and how. */
export interface HttpServer {
  /** For messages: the site's name. */
  site: string;
  url: URL;
  agent: boolean;
  /** Path and query. */
  path: string;
  /** Name, value, name, value … of every request, without Host. */
  headers: string[];
  /** Headers that prove a connection to an agent: for its first request. */
  proof(): string[];
  connect(timeoutNs: Ns): Promise<Link>;
}

/** Makes out which server seat 1 is. Throws when a header, revealed by now, cannot be sent. */
export function httpServer(io: HttpIo, site: string, wishes: HttpWishes): HttpServer {
  const endpoint = io.endpoint(1, 'http');
  const { url, agent } = endpoint;
  const tls = url.protocol === 'https:' ? tlsTo(url, wishes.verify_tls) : undefined;
  return {
    site,
    url,
    agent,
    path: pathOf(endpoint, wishes.path),
    // What may be a target's secret is none of an agent's business.
    headers: headersOf(url, agent ? {} : (wishes.headers ?? {})),
    proof: () => Object.entries(endpoint.proof()).flat(),
    connect: (timeoutNs) => io.connect(1, { timeoutNs, ...(tls ? { tls } : {}) }),
  };
}

/** The secret that an option holds, which only the initiator on the run's own machine gets to see. */
export function revealed(name: string, value: string | SecretRef): string {
  if (!isSecretRef(value)) return value;
  throw new NetprobeError('NETPROBE_SECRET_MISSING', `the value of ${name} is not at hand here`);
}

/** HTTP/1.1 only: what HTTP/2 multiplexes would be other measurements. */
function tlsTo(url: URL, verify: boolean) {
  const servername = url.hostname.replace(/^\[|\]$/g, '');
  return { servername, alpn: ['http/1.1'], rejectUnauthorized: verify };
}

function pathOf({ url, agent }: Endpoint, path: string | undefined): string {
  if (agent) return url.pathname + (path ?? '/').slice(1);
  return path ?? url.pathname + url.search;
}

function headersOf(url: URL, given: Record<string, string | SecretRef>): string[] {
  const headers: Record<string, string> = { 'user-agent': 'netprobe', accept: '*/*', ...authorization(url) };
  for (const [name, value] of Object.entries(given)) {
    delete headers[name.toLowerCase()];
    headers[name] = headerValue(name, revealed(`header ${name}`, value));
  }
  const list = Object.entries(headers).flat();
  if (list.join('').length > MAX_HEAD_BYTES / 2)
    throw new NetprobeError('NETPROBE_LIMIT_EXCEEDED', 'the headers are too long', {
      expected: `at most ${MAX_HEAD_BYTES / 2} bytes in all`,
      found: `${list.join('').length} bytes`,
    });
  return list;
}

function headerValue(name: string, value: string): string {
  try {
    validateHeaderValue(name, value);
    return value;
  } catch {
    // The error of the platform is left out: it may quote the value.
    throw new NetprobeError('NETPROBE_SUITE_INVALID', `the value of header ${name} has characters that HTTP forbids`);
  }
}

/** A URL's user info as every HTTP client sends it. */
function authorization({ username, password }: URL): Record<string, string> {
  if (username === '' && password === '') return {};
  const pair = Buffer.from(`${unescaped(username)}:${unescaped(password)}`);
  return { authorization: `Basic ${pair.toString('base64')}` };
}

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
