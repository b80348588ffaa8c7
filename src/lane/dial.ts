import { setMaxListeners } from 'node:events';
import net from 'node:net';
import tls from 'node:tls';
import { NetprobeError } from '../contract/error.ts';
import type { ConnectHow, Link } from '../contract/io.ts';
import { failureFrom } from '../contract/outcome.ts';
import type { Ns } from '../contract/records.ts';
import type { Missing } from '../kernel/missing.ts';
import type { Kernel } from '../kernel/native.ts';
import { STREAM_ACK } from '../wire/challenge.ts';
import { Inlet, makeLink } from './link.ts';

const NO_KERNEL: Missing = { missing: 'nothing is asked of it here' };

export interface DialTo {
  address: string;
  port: number;
  /** For messages: what the user wrote. */
  name: string;
}

export interface DialOptions extends ConnectHow {
  now: () => Ns;
  /** Sent first; the agent's acknowledgement is awaited. */
  preface?: Uint8Array | undefined;
  signal: AbortSignal;
  /** For what the kernel is asked about the connection; without it nothing is. */
  kernel?: Kernel | Missing;
  /** Told of the socket as soon as there is one, so that its owner can destroy it. */
  opened?: (socket: net.Socket) => void;
}

/**
 * Opens one connection to an address (never a name: look-ups have been done, and automatic family selection would
 * distort the connect time), with TLS and the agent's preface where asked. Rejects with a NetprobeError.
 */
export async function dial(to: DialTo, options: DialOptions): Promise<Link> {
  const { now } = options;
  const where = `${to.name} (${to.address}:${to.port})`;
  const guard = deadline(where, options);
  const inlet = options.buffer && !options.tls ? new Inlet(now) : undefined;
  // net.connect calls connect(2) in the next tick; stamp just before it, not before the set-up of the socket.
  let started = now();
  process.nextTick(() => {
    started = now();
  });
  const socket = net.connect({
    host: to.address,
    port: to.port,
    noDelay: true,
    autoSelectFamily: false,
    ...(inlet && options.buffer ? { onread: { buffer: options.buffer, callback: inlet.receive } } : {}),
  } as net.TcpNetConnectOpts);
  options.opened?.(socket);
  let stream: net.Socket = socket;
  try {
    const connected = await guard.until(at(socket, 'connect', now));
    let secured: Ns | null = null;
    if (options.tls) {
      stream = secure(socket, options.tls);
      options.opened?.(stream);
      secured = await guard.until(at(stream, 'secureConnect', now));
    }
    const phases = { connect: connected - started, tls: secured === null ? null : secured - connected };
    if (options.preface) {
      stream.write(options.preface);
      await guard.until(acknowledged(stream, inlet));
    }
    return makeLink(stream, { now, dialled: true, phases, inlet, kernel: options.kernel ?? NO_KERNEL });
  } catch (error) {
    // A handshake that the abort or a late error ends must not surface as an unhandled 'error'.
    stream.on('error', () => undefined);
    socket.on('error', () => undefined);
    stream.destroy();
    socket.destroy();
    throw failureFrom(error, where);
  } finally {
    guard.end();
  }
}

function secure(socket: net.Socket, how: NonNullable<ConnectHow['tls']>): tls.TLSSocket {
  return tls.connect({
    socket,
    ...(net.isIP(how.servername) === 0 ? { servername: how.servername } : { host: how.servername }),
    ...(how.alpn ? { ALPNProtocols: how.alpn } : {}),
    rejectUnauthorized: how.rejectUnauthorized ?? true,
  });
}

/** Waits for the agent's acknowledgement; anything else means that the session is over or was never there. */
function acknowledged(stream: net.Socket, inlet: Inlet | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    let got = Buffer.alloc(0);
    const done = (at: Ns) => {
      stream.off('data', onData);
      const ours = got.subarray(0, STREAM_ACK.length);
      if (!ours.equals(STREAM_ACK)) {
        reject(new NetprobeError('NETPROBE_AGENT_GARBAGE', 'the agent acknowledged a stream with other bytes'));
        return;
      }
      const rest = got.subarray(STREAM_ACK.length);
      if (inlet) inlet.restore(rest, at);
      else if (rest.length > 0) stream.unshift(rest);
      resolve();
    };
    const collect = (chunk: Uint8Array, at: Ns) => {
      got = Buffer.concat([got, chunk]);
      if (got.length >= STREAM_ACK.length) done(at);
    };
    const onData = (chunk: Buffer) => {
      stream.pause();
      collect(chunk, 0);
      if (got.length < STREAM_ACK.length) stream.resume();
    };
    if (inlet) inlet.open(collect);
    else stream.on('data', onData);
    stream.once('error', reject);
    stream.once('close', () =>
      reject(new NetprobeError('NETPROBE_AGENT_CLOSED', 'the agent closed a stream instead of taking it')),
    );
  });
}

/** The time of an event, read first thing in its callback. */
function at(socket: net.Socket, event: string, now: () => Ns): Promise<Ns> {
  return new Promise((resolve, reject) => {
    socket.once(event, () => resolve(now()));
    socket.once('error', reject);
    socket.once('close', () => reject(new NetprobeError('NETPROBE_CLOSED', 'the connection was closed while opening')));
  });
}

/** Our own deadline: the kernel's connect timeout is minutes. */
function deadline(where: string, { timeoutNs, signal }: DialOptions) {
  let fail: (error: unknown) => void = () => undefined;
  const failed = new Promise<never>((_, reject) => {
    fail = reject;
  });
  failed.catch(() => undefined);
  const timer = setTimeout(
    () => fail(new NetprobeError('NETPROBE_CONNECT_TIMEOUT', `${where}: no answer within ${timeoutNs / 1e6} ms`)),
    timeoutNs / 1e6,
  );
  const onAbort = () => fail(signal.reason);
  if (signal.aborted) onAbort();
  // However many connections are being opened: Node would warn of a leak at the eleventh.
  setMaxListeners(0, signal);
  signal.addEventListener('abort', onAbort);
  return {
    until: <V>(promise: Promise<V>): Promise<V> => Promise.race([promise, failed]),
    end() {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
    },
  };
}
