import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import { NetprobeError } from '../contract/error.ts';
import { describe } from '../contract/options.ts';
import { failureFrom } from '../contract/outcome.ts';

/** Who is at the other end of a WebSocket. */
export interface WebSocketPeer {
  /** The site's name, for messages. */
  site: string;
  agent: boolean;
}

/** The close code that stands for "none was received" (RFC 6455 §7.1.5). */
const NO_CLOSE_FRAME = 1006;

/**
 * Rejects with the reason when a client's WebSocket cannot be opened, or ends, whoever ends it; never resolves. To be
 * made at once with the WebSocket, before anything else listens to its stream's errors: a reset is then told from a
 * close.
 */
export function endOfWebSocket(ws: WebSocket, stream: Duplex, peer: WebSocketPeer): Promise<never> {
  let opened = false;
  ws.once('open', () => {
    opened = true;
  });
  const ended = new Promise<never>((_, reject) => {
    const fail = (error: Error) => reject(reasonOf(error, opened, peer));
    stream.on('error', fail);
    ws.on('error', fail);
    ws.on('unexpected-response', (_request, response) => reject(otherStatus(response.statusCode ?? 0, peer)));
    ws.on('close', (code, reason) => reject(closed(peer, closeFrame(code, reason))));
  });
  // Once the measurement is over, the end of the connection is expected.
  ended.catch(() => undefined);
  return ended;
}

function reasonOf(error: Error, opened: boolean, peer: WebSocketPeer): NetprobeError {
  if (error instanceof NetprobeError) return error;
  const { code, syscall } = error as NodeJS.ErrnoException;
  // node:http calls a response that never came a reset, though no system call says so: the peer closed.
  if (code === 'ECONNRESET' && syscall === undefined) return closed(peer, 'the end of the connection, and no response');
  if (code?.startsWith('HPE_')) return garbage(peer, 'an HTTP response', error);
  if (code?.startsWith('WS_ERR_')) return garbage(peer, 'WebSocket frames (RFC 6455) of the agreed size', error);
  // ws has no codes for what it does not like in a handshake.
  if (code === undefined && !opened) return handshake(peer, error.message);
  return failureFrom(error, peer.site);
}

function closed(peer: WebSocketPeer, found: string): NetprobeError {
  return new NetprobeError(peer.agent ? 'NETPROBE_AGENT_CLOSED' : 'NETPROBE_CLOSED', `${peer.site} closed early`, {
    expected: 'a WebSocket that stays open until the cell ends',
    found,
  });
}

function closeFrame(code: number, reason: Buffer): string {
  if (code === NO_CLOSE_FRAME) return 'the end of the connection, without a close frame';
  return `a close frame, ${code}${reason.length > 0 ? ` ${describe(reason.toString())}` : ''}`;
}

function garbage(peer: WebSocketPeer, expected: string, cause: Error): NetprobeError {
  const code = peer.agent ? 'NETPROBE_AGENT_GARBAGE' : 'NETPROBE_PROTOCOL';
  return new NetprobeError(code, `${peer.site} sent other bytes than a WebSocket server does`, {
    expected,
    found: cause.message,
    cause,
  });
}

function otherStatus(status: number, peer: WebSocketPeer): NetprobeError {
  const redirect = status >= 300 && status < 400;
  const hint = redirect
    ? 'redirects are not followed: give the URL that it leads to'
    : "check the target's path, and the headers that it asks for";
  return handshake(peer, `HTTP ${status} ${STATUS_CODES[status] ?? ''}`.trim(), hint);
}

function handshake(peer: WebSocketPeer, found: string, hint?: string): NetprobeError {
  return new NetprobeError('NETPROBE_WS_HANDSHAKE', `${peer.site} did not open a WebSocket`, {
    origin: peer.agent ? 'agent' : 'target',
    expected: 'HTTP 101 Switching Protocols',
    found,
    ...(hint === undefined ? {} : { hint }),
  });
}
