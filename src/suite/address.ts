import { isIPv4, isIPv6 } from 'node:net';
import { domainToASCII } from 'node:url';

export const DEFAULT_PORT = 8620;

export type Address = { ok: true; host: string; port: number } | { ok: false; expected: string };

/** A host name has at most 253 characters. */
const LONGEST = 300;
const HOST = 'a host name, an IPv4 address or an [IPv6] address';
const LABELS = /^(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*\.?$/;

/** Reads "host:port", "1.2.3.4:port" or "[::1]:port". Without a default port the port is required. */
export function parseAddress(text: string, defaultPort?: number): Address {
  const match = text.length > LONGEST ? null : /^(\[[^\]]*\]|[^:[\]]*)(?::(.*))?$/s.exec(text);
  if (match === null) return { ok: false, expected: `${HOST}, then :port` };
  const [, host = '', port] = match;
  const name = readHost(host);
  if (name === undefined) return { ok: false, expected: HOST };
  if (port === undefined && defaultPort === undefined) return { ok: false, expected: 'a port, as in host:443' };
  const number = port === undefined ? (defaultPort as number) : /^\d{1,5}$/.test(port) ? Number(port) : 0;
  if (number < 1 || number > 65535) return { ok: false, expected: 'a port from 1 to 65535' };
  return { ok: true, host: name, port: number };
}

/** "host:port" in the form in which parseAddress() reads it. */
export function formatAddress({ host, port }: { host: string; port: number }): string {
  return `${host}:${port}`;
}

/** A host in lower case and ASCII, IPv6 in brackets; undefined when it is none. */
function readHost(host: string): string | undefined {
  if (host.startsWith('[')) {
    const inner = host.slice(1, -1).toLowerCase();
    return isIPv6(inner) && !inner.includes('%') ? `[${inner}]` : undefined;
  }
  // Digits and dots only are meant as an IPv4 address: 10.1 or 300.1.1.1 is a slip, not a name.
  if (/^[\d.]+$/.test(host)) return isIPv4(host) ? host : undefined;
  const ascii = domainToASCII(host);
  return LABELS.test(ascii) && !isIPv4(ascii) ? ascii : undefined;
}
