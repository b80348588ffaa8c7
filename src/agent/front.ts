import net from 'node:net';
import { ByteReader } from '../wire/byte-reader.ts';
import { MAX_HEAD_BYTES, parseOpening } from '../wire/http-session.ts';
import { decodePreface, PREFACE_BYTES, WIRE_VERSION } from '../wire/preface.ts';
import { type ControlDeps, serveControl, shakeHands } from './control.ts';

/** Connections that may be greeting at a time: in all, and from one address. */
const MAX_GREETING = 512;
const MAX_GREETING_PER_ADDRESS = 128;

/**
 * The agent's one TCP port. The first byte decides what a connection is: 0x00 the raw preface, a capital letter HTTP
 * (WebSocket included); anything else, and whatever does not prove itself in time, is closed without a word.
 */
export function createFront(deps: ControlDeps): net.Server {
  const greeting = new Map<string, number>();
  let total = 0;

  const server = net.createServer({ noDelay: true, keepAlive: true, keepAliveInitialDelay: 10_000 }, (socket) => {
    socket.on('error', () => socket.destroy());
    const address = socket.remoteAddress ?? '';
    const mine = greeting.get(address) ?? 0;
    if (total >= MAX_GREETING || mine >= MAX_GREETING_PER_ADDRESS) {
      socket.destroy();
      return;
    }
    greeting.set(address, mine + 1);
    total += 1;
    const deadline = setTimeout(() => socket.destroy(), deps.patience.greetingMs);
    greet(socket, deps)
      .catch(() => socket.destroy())
      .finally(() => {
        clearTimeout(deadline);
        total -= 1;
        const left = (greeting.get(address) ?? 1) - 1;
        if (left > 0) greeting.set(address, left);
        else greeting.delete(address);
      });
  });
  return server;
}

async function greet(socket: net.Socket, deps: ControlDeps): Promise<void> {
  const reader = new ByteReader(socket);
  let first = -1;
  await reader.takeWhen((buffer) => {
    first = buffer[0] ?? -1;
    return first === -1 ? undefined : 0;
  });
  if (first === 0x00) await greetRaw(socket, reader, deps);
  else if (first >= 0x41 && first <= 0x5a) await greetHttp(socket, reader, deps);
  else socket.destroy();
}

async function greetRaw(socket: net.Socket, reader: ByteReader, deps: ControlDeps): Promise<void> {
  const preface = decodePreface(await reader.take(PREFACE_BYTES));
  if (preface.type === 'control') {
    const key = await shakeHands(socket, preface, reader, deps);
    if (key) serveControl(socket, key, reader.release(), deps);
    return;
  }
  const head = handOver(socket, reader);
  const session = Buffer.from(preface.session).toString('hex');
  const claim = { session, stream: preface.stream, proof: preface.tail };
  const known = preface.version === WIRE_VERSION;
  if (!known || !deps.sessions.route(socket, 'stream', claim, head)) socket.destroy();
}

async function greetHttp(socket: net.Socket, reader: ByteReader, deps: ControlDeps): Promise<void> {
  const head = await reader.takeWhen((buffer) => {
    const end = buffer.indexOf('\r\n\r\n');
    if (end !== -1) return end + 4;
    if (buffer.length > MAX_HEAD_BYTES) throw new RangeError('request head too long');
    return undefined;
  });
  const opening = parseOpening(head.toString('latin1'));
  const rest = handOver(socket, reader);
  if (!opening || !deps.sessions.route(socket, 'http', opening, Buffer.concat([head, rest]))) socket.destroy();
}

/**
 * Stops reading at once, also below the stream: bytes that the handle delivered between here and its arrival in a
 * lane's process would be lost. Returns what was read and not taken.
 */
function handOver(socket: net.Socket, reader: ByteReader): Buffer {
  const head = reader.release();
  const handle = (socket as unknown as { _handle?: { reading?: boolean; readStop?(): number } })._handle;
  if (handle?.reading) {
    handle.reading = false;
    handle.readStop?.();
  }
  socket.removeAllListeners('error');
  socket.on('error', () => socket.destroy());
  return head;
}
