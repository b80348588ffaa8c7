import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import net, { type AddressInfo } from 'node:net';
import type { Json } from '../../src/contract/json.ts';
import { ByteReader } from '../../src/wire/byte-reader.ts';
import { encodeAnswer, encodeChallenge, NONCE_BYTES, STREAM_ACK } from '../../src/wire/challenge.ts';
import { encodeFrame, FrameReader } from '../../src/wire/frames.ts';
import { decodePreface, PREFACE_BYTES, type Preface } from '../../src/wire/preface.ts';
import { handshakeProofs } from '../../src/wire/proof.ts';
import { SECRET } from './play-cell.ts';

export const SESSION = 'cd'.repeat(16);

/** One control connection of an agent that does what the test says. */
export class BadPeer {
  readonly socket: net.Socket;
  readonly #reader: ByteReader;
  readonly #preface: Preface;
  readonly #frames = new FrameReader(1024 * 1024);
  readonly #heard: Json[] = [];

  constructor(socket: net.Socket, reader: ByteReader, preface: Preface) {
    this.socket = socket;
    this.#reader = reader;
    this.#preface = preface;
  }

  /** The honest handshake, up to where the test takes over; resolves with the agent's proof. */
  async challenge(minVersion = 1, maxVersion = minVersion): Promise<Buffer> {
    const nonce = randomBytes(NONCE_BYTES);
    this.socket.write(encodeChallenge({ minVersion, maxVersion, nonce }));
    await this.#reader.take(NONCE_BYTES);
    return handshakeProofs(SECRET, this.#preface.tail, nonce).agent;
  }

  async greet(hello: Json = HELLO): Promise<void> {
    this.socket.write(encodeAnswer('accepted', await this.challenge()));
    this.say({ is: 'hello', hello });
  }

  /** Greets, and opens the session that is asked for. */
  async open(...early: Json[]): Promise<void> {
    await this.greet();
    await this.hear();
    this.say(...early, { is: 'opened', session: SESSION });
  }

  say(...messages: Json[]): void {
    this.socket.write(Buffer.concat(messages.map(encodeFrame)));
  }

  /** Says that this was recorded. */
  record(...records: Json[]): void {
    this.say(...records.map((record) => ({ is: 'record', record })));
  }

  /** The controller's next message. */
  async hear(): Promise<Json> {
    while (this.#heard.length === 0) {
      const bytes = await this.#reader.takeWhen((buffer) => (buffer.length > 0 ? buffer.length : undefined));
      this.#heard.push(...this.#frames.push(bytes));
    }
    return this.#heard.shift() as Json;
  }
}

export const LIMITS = { durationNs: 1e12, connections: 10, streams: 10, payloadBytes: 1e6, sessions: 1, rows: 1e6 };
export const HELLO: { [key: string]: Json } = {
  tool: { name: 'netprobe', version: '6.6.6' },
  wire: 1,
  kinds: ['tcp-echo', 'tcp-throughput'],
  limits: LIMITS,
  host: { node: 'v20', platform: 'linux', arch: 'x64', facts: {}, missing: {} },
};

export interface Behaviour {
  /** Each control connection, with its preface read. */
  control(peer: BadPeer): Promise<void> | void;
  /** Each stream; by default it is acknowledged and echoed. */
  stream?(socket: net.Socket): void;
}

export function echoing(socket: net.Socket): void {
  socket.write(STREAM_ACK);
  socket.pipe(socket);
}

/** Starts an agent that does what the test says. */
export async function badAgent({ control, stream = echoing }: Behaviour) {
  const sockets = new Set<net.Socket>();
  const server = net.createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    void begin(socket).catch(() => undefined);
  });
  const begin = async (socket: net.Socket) => {
    const reader = new ByteReader(socket);
    const preface = decodePreface(await reader.take(PREFACE_BYTES));
    if (preface.type === 'control') return control(new BadPeer(socket, reader, preface));
    socket.unshift(reader.release());
    stream(socket);
    socket.resume();
  };
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    where: { host: '127.0.0.1', port, family: null, secret: SECRET },
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
