import type { Duplex } from 'node:stream';
import { type ClientOptions, WebSocket } from 'ws';
import { NetprobeError } from '../contract/error.ts';
import type { Link } from '../contract/io.ts';
import type { Ns } from '../contract/records.ts';
import { Arrivals } from './arrivals.ts';
import { endOfWebSocket, type WebSocketPeer } from './web-socket-end.ts';

/** What a client asks for over a connection that stands. */
export interface UpgradeRequest {
  /** ws: or wss:. TLS is the connection's business: of the scheme, only the Host header's port depends. */
  url: URL;
  headers: Record<string, string>;
  subprotocol?: string | undefined;
}

export interface UpgradeHow {
  peer: WebSocketPeer;
  /** Longer messages are a breach of protocol. */
  maxPayload: number;
  timeoutNs: Ns;
  now: () => Ns;
  signal: AbortSignal;
  /** Gets every message, those right behind the handshake too, with its arrival. */
  message?: (message: Buffer, at: Ns) => void;
}

export interface OpenWebSocket {
  ws: WebSocket;
  arrivals: Arrivals;
  /** From sending the request to the arrival of the 101. */
  upgradeNs: Ns;
  /** Rejects with the reason when the WebSocket ends. */
  ended: Promise<never>;
}

/** A peer that has sent a close frame, and does not close the connection, is waited for so long. */
const CLOSE_TIMEOUT_MS = 1_000;

/**
 * Opens a WebSocket over a connection: no redirects, no compression. Rejects with a NetprobeError that tells another
 * status, garbage, a close, a reset and silence apart.
 */
export async function openWebSocket(link: Link, request: UpgradeRequest, how: UpgradeHow): Promise<OpenWebSocket> {
  const { now, peer } = how;
  const arrivals = new Arrivals(link.stream, now);
  let asked = now();
  const ws = client(link.stream, request, how, () => {
    asked = now();
  });
  const ended = endOfWebSocket(ws, link.stream, peer);
  const opened = new Promise<Ns>((resolve) => {
    ws.once('open', () => {
      resolve(arrivals.at());
      arrivals.attached();
    });
  });
  ws.on('message', (message: Buffer) => {
    const at = arrivals.message();
    how.message?.(message, at);
  });
  const patience = patienceOf(how);
  try {
    const answered = await Promise.race([opened, ended, patience.over]);
    return { ws, arrivals, upgradeNs: answered - asked, ended };
  } catch (error) {
    ws.terminate();
    throw error;
  } finally {
    patience.end();
  }
}

/** The URL as it is asked for over an open connection: ws would make TLS of its own for wss:, and takes no fragment. */
function plain(url: URL): URL {
  const copy = new URL(url);
  copy.protocol = 'ws:';
  copy.hash = '';
  return copy;
}

function client(stream: Duplex, request: UpgradeRequest, how: UpgradeHow, asking: () => void): WebSocket {
  const options: ClientOptions & { closeTimeout: number } = {
    createConnection: (() => stream) as unknown as NonNullable<ClientOptions['createConnection']>,
    // The port that Host leaves out is that of the scheme which the user wrote.
    headers: { Host: request.url.host, ...request.headers },
    perMessageDeflate: false,
    maxPayload: how.maxPayload,
    followRedirects: false,
    closeTimeout: CLOSE_TIMEOUT_MS,
    // Messages must be called back while their chunk is being parsed: their stamps depend on it.
    allowSynchronousEvents: true,
    finishRequest: (outgoing) => {
      // Emitted just before the request is written, when all set-up is done.
      outgoing.once('socket', asking);
      outgoing.end();
    },
  };
  try {
    return new WebSocket(plain(request.url), request.subprotocol === undefined ? [] : [request.subprotocol], options);
  } catch (cause) {
    throw new NetprobeError('NETPROBE_SUITE_INVALID', `${how.peer.site} cannot be asked for a WebSocket like this`, {
      // Names a header, never its value.
      found: (cause as Error).message,
      hint: 'check headers, path and subprotocol',
      cause,
    });
  }
}

/** Rejects when the peer has been silent for too long, or with the abort's reason. */
function patienceOf({ peer, timeoutNs, signal }: UpgradeHow): { over: Promise<never>; end(): void } {
  let fail: (error: unknown) => void = () => undefined;
  const over = new Promise<never>((_, reject) => {
    fail = reject;
  });
  const late = () => fail(new NetprobeError('NETPROBE_TIMEOUT', `${peer.site} did not answer the WebSocket handshake`));
  const timer = setTimeout(late, timeoutNs / 1e6);
  const onAbort = () => fail(signal.reason);
  if (signal.aborted) onAbort();
  signal.addEventListener('abort', onAbort);
  return {
    over,
    end() {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
    },
  };
}
