import dgram from 'node:dgram';
import { constants } from 'node:os';
import { NetprobeError } from '../contract/error.ts';
import type { Datagrams, DatagramsHow } from '../contract/io.ts';
import { failureFrom } from '../contract/outcome.ts';
import type { Ns } from '../contract/records.ts';
import type { Missing } from '../kernel/missing.ts';
import type { Kernel } from '../kernel/native.ts';
import { sendError, sendNow } from '../kernel/send-datagram.ts';
import { decodeWelcome, encodeHello, HELLO_BYTES, TOKEN_BYTES } from '../wire/datagram-hello.ts';
import { packetKey } from '../wire/proof.ts';
import { mark } from './mark.ts';
import { stamperOf } from './receive-stamp.ts';

const { EAGAIN } = constants.errno;
/** What may wait in the kernel while this thread is held up; the kernel's own limit may be lower. */
const RECEIVE_BUFFER_BYTES = 4 * 1024 * 1024;
/** A hello, or its answer, may be lost. */
const HELLO_EVERY_MS = 200;

export interface DatagramsTo {
  /** For messages: what the user wrote. */
  name: string;
  address: string;
  port: number;
  family: 4 | 6;
  /** Of agents. */
  session?: { id: Buffer; key: Buffer } | undefined;
}

export interface DatagramsOptions extends DatagramsHow {
  now: () => Ns;
  kernel: Kernel | Missing;
  signal: AbortSignal;
  /** Told of the socket as soon as there is one, so that its owner can close it. */
  opened(socket: dgram.Socket): void;
  /** Told how many bytes went out (`out`) or came in, but for packets that nobody waited for. */
  carried(bytes: number, out: boolean): void;
}

/** Opens a UDP socket that talks to one address only; an agent is shown that its session is asked for from there. */
export async function dialDatagrams(to: DatagramsTo, options: DatagramsOptions): Promise<Datagrams> {
  const socket = dgram.createSocket({ type: to.family === 6 ? 'udp6' : 'udp4', recvBufferSize: RECEIVE_BUFFER_BYTES });
  options.opened(socket);
  try {
    await connected(socket, to);
    const token = to.session ? await greeted(socket, to, to.session, options) : new Uint8Array(TOKEN_BYTES);
    return openDatagrams(socket, to, token, options);
  } catch (error) {
    close(socket);
    throw failureFrom(error, `${to.name} (UDP ${to.address}:${to.port})`);
  }
}

function connected(socket: dgram.Socket, to: DatagramsTo): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.connect(to.port, to.address, () => {
      socket.off('error', reject);
      resolve();
    });
  });
}

/** Says hello until the agent answers with the token of this source address. */
function greeted(
  socket: dgram.Socket,
  to: DatagramsTo,
  { id, key }: NonNullable<DatagramsTo['session']>,
  { flow, timeoutNs, signal }: DatagramsOptions,
): Promise<Uint8Array> {
  return new Promise<Uint8Array>((resolve, reject) => {
    const hello = encodeHello(id, flow, key);
    const say = () => socket.send(hello, () => undefined);
    const again = setInterval(say, HELLO_EVERY_MS);
    const late = setTimeout(() => settle(() => reject(refused ?? unanswered(to, timeoutNs))), timeoutNs / 1e6);
    let refused: NetprobeError | undefined;
    const settle = (end: () => void) => {
      clearInterval(again);
      clearTimeout(late);
      signal.removeEventListener('abort', onAbort);
      socket.removeAllListeners('message');
      socket.removeAllListeners('error');
      end();
    };
    const onAbort = () => settle(() => reject(signal.reason));
    if (signal.aborted) return onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    socket.on('message', (packet) => {
      const token = packet.length === HELLO_BYTES ? decodeWelcome(packet, id, flow, key) : undefined;
      if (token !== undefined) settle(() => resolve(token));
    });
    // A port that is closed says so; it may be opened a moment later.
    socket.on('error', (error) => {
      refused = failureFrom(error, `${to.name} (UDP ${to.address}:${to.port})`);
    });
    say();
  });
}

function unanswered({ name, address, port }: DatagramsTo, timeoutNs: Ns): NetprobeError {
  return new NetprobeError('NETPROBE_UDP_UNANSWERED', `${name}: nothing came back from UDP ${address}:${port}`, {
    expected: `an answer within ${timeoutNs / 1e9} s`,
    found: 'the agent answers on TCP, and not on UDP',
    hint: 'let UDP through to the same port as TCP, both ways',
  });
}

function openDatagrams(
  socket: dgram.Socket,
  to: DatagramsTo,
  token: Uint8Array,
  { now, kernel, dscp, flow, carried }: DatagramsOptions,
): Datagrams {
  if (dscp !== undefined) mark(socket, dscp, kernel);
  const stamper = stamperOf(socket, now, kernel);
  const where = `${to.name} (UDP ${to.address}:${to.port})`;
  const { session } = to;
  const isWelcome = (packet: Uint8Array) =>
    session !== undefined &&
    packet.length === HELLO_BYTES &&
    decodeWelcome(packet, session.id, flow, session.key) !== undefined;
  let failed: (failure: NetprobeError) => void = () => undefined;
  socket.on('error', (error) => failed(failureFrom(error, where)));
  const { send, close: endSends } = sender(socket, kernel);
  return {
    localPort: socket.address().port,
    token,
    key: to.session ? packetKey(to.session.key, to.session.id) : null,
    send(packet, done) {
      const sent = (error: Error | null) => {
        if (!error) carried(packet.length, true);
        done(error ? failureFrom(error, where) : undefined);
      };
      send(packet, (error) => {
        // What an earlier packet met is told to the next one, which the kernel then does not send.
        if (error && isEarlier(error)) {
          failed(failureFrom(error, where));
          send(packet, sent);
        } else sent(error);
      });
    },
    read(take, onFailure) {
      failed = onFailure;
      socket.on('message', (packet) => {
        const at = now();
        const kernelAt = stamper === undefined ? null : stamper(at);
        // On a long path hellos are answered more than once.
        if (isWelcome(packet)) return;
        // Anybody can send to this port in the peer's name: what it did not send must not use up what was agreed with it.
        if (take(packet, at, kernelAt)) carried(packet.length, false);
      });
    },
    close() {
      endSends();
      close(socket);
    },
  };
}

/** Sends by the system call where there is one, and by Node where not, or when the socket is full. */
function sender(socket: dgram.Socket, kernel: Kernel | Missing) {
  const direct = sendNow(kernel, socket);
  let isOpen = true;
  /** Given to Node, and not told of yet. None may overtake them: it would look like the path's reordering. */
  let pending = 0;
  const close = () => {
    isOpen = false;
  };
  socket.once('close', close);
  const send = (packet: Uint8Array, sent: (error: Error | null) => void) => {
    const errno = direct === undefined || pending > 0 || !isOpen ? EAGAIN : direct(packet);
    if (errno !== EAGAIN) {
      sent(errno === 0 ? null : sendError(errno));
      return;
    }
    pending += 1;
    socket.send(packet, (error) => {
      pending -= 1;
      sent(error);
    });
  };
  return { send, close };
}

/** ICMP's word on a packet before. */
function isEarlier(error: Error): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ECONNREFUSED' || code === 'EHOSTUNREACH' || code === 'ENETUNREACH';
}

function close(socket: dgram.Socket): void {
  socket.on('error', () => undefined);
  try {
    socket.close();
  } catch {
    // It was closed before.
  }
}
