import type { ConnectHow, Endpoint } from '../../src/contract/io.ts';
import { revealed } from '../../src/measure/http-server.ts';
import type { UpgradeRequest } from '../../src/measure/web-socket.ts';
import type { WsEchoOptions } from './options.ts';

/** What to ask the other side for. An agent is asked for its session, and told none of what is meant for targets. */
export function upgradeRequest(endpoint: Endpoint, options: WsEchoOptions): UpgradeRequest {
  if (endpoint.agent) return { url: endpoint.url, headers: endpoint.proof() };
  const { headers = {}, path, subprotocol } = options;
  return { url: withPath(endpoint.url, path), headers: allRevealed(headers), subprotocol };
}

/** How to connect: TLS where the URL says so. */
export function connectHow({ url }: Endpoint, options: WsEchoOptions): ConnectHow {
  const timeoutNs = options.timeout;
  if (url.protocol !== 'wss:') return { timeoutNs };
  // An IPv6 literal stands in brackets in a URL, and without them in a certificate.
  const servername = url.hostname.replace(/^\[(.*)\]$/, '$1');
  return { timeoutNs, tls: { servername, rejectUnauthorized: options.verify_tls } };
}

function withPath(url: URL, path: string | undefined): URL {
  if (path === undefined) return url;
  const [pathname = '/', ...query] = path.split('?');
  const copy = new URL(url);
  copy.pathname = pathname;
  copy.search = query.join('?');
  return copy;
}

function allRevealed(headers: NonNullable<WsEchoOptions['headers']>): Record<string, string> {
  const values = Object.entries(headers).map(([name, value]) => [name, revealed(`header ${name}`, value)]);
  return { 'User-Agent': 'netprobe', ...Object.fromEntries(values) };
}
