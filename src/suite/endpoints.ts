import * as v from 'valibot';
import { DEFAULT_PORT, formatAddress, parseAddress } from './address.ts';

type Read = { ok: true; value: string } | { ok: false; expected: string };

/** RFC 8762, section 4.1. */
const STAMP_PORT = 862;

const AGENT = 'embedded, netprobe://host:port or host:port';

/** Schema of an agent: 'embedded', or its address as host:port. */
export function agent() {
  return read('a text: embedded or netprobe://host:port', readAgent);
}

/** Schema of a TCP server: host:port, given as tcp://host:port. */
export function tcpTarget() {
  return read('a text: host:port', readTcp);
}

/** Schema of an HTTP or WebSocket server's URL, with or without TLS. */
export function urlTarget(scheme: 'http' | 'ws') {
  return read(`a text: ${scheme}://… or ${scheme}s://…`, (text) => readUrl(text, scheme));
}

/** Schema of a STAMP reflector: host, with a port other than 862 behind it, given as stamp://host:port. */
export function stampTarget() {
  return read('a text: stamp://host:862', readStamp);
}

function read(words: string, how: (text: string) => Read) {
  return v.pipe(
    v.string(words),
    v.rawTransform(({ dataset, addIssue, NEVER }) => {
      const result = how(dataset.value);
      if (result.ok) return result.value;
      addIssue({ message: result.expected });
      return NEVER;
    }),
  );
}

function readAgent(text: string): Read {
  if (text === 'embedded') return { ok: true, value: text };
  const [, scheme, rest = '', query] = /^(netprobe:\/\/)?([^?]*?)\/?(\?.*)?$/s.exec(text) ?? [];
  if (query?.includes('pin=')) {
    return { ok: false, expected: 'an agent without ?pin=: pinned TLS agents come in a later version' };
  }
  if (query !== undefined || rest.includes('/') || rest.includes('@')) return { ok: false, expected: AGENT };
  if (scheme === undefined && !rest.includes(':')) return { ok: false, expected: AGENT };
  return address(rest, DEFAULT_PORT);
}

function readTcp(text: string): Read {
  const result = address(text.replace(/^tcp:\/\//, ''));
  return result.ok ? { ok: true, value: `tcp://${result.value}` } : result;
}

function readStamp(text: string): Read {
  const result = address(text.replace(/^stamp:\/\//, ''), STAMP_PORT);
  return result.ok ? { ok: true, value: `stamp://${result.value}` } : result;
}

function address(text: string, defaultPort?: number): Read {
  const parsed = parseAddress(text, defaultPort);
  return parsed.ok ? { ok: true, value: formatAddress(parsed) } : parsed;
}

function readUrl(text: string, scheme: 'http' | 'ws'): Read {
  const parts = /^(?:http|ws)s?:\/\/(?:[^/?#]*@)?([^/?#]*)/.exec(text);
  if (parts === null || !new RegExp(`^${scheme}s?://`).test(text) || /[\s\\\p{Cc}]/u.test(text))
    return { ok: false, expected: `a URL that starts with ${scheme}:// or ${scheme}s://, without spaces` };
  const host = parseAddress(parts[1] ?? '', 80);
  if (!host.ok) return host;
  if (!URL.canParse(text)) return { ok: false, expected: `a URL such as ${scheme}s://host/path` };
  return { ok: true, value: text };
}
