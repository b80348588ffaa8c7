import { randomBytes } from 'node:crypto';
import net from 'node:net';
import type { Agent } from '../../src/agent/agent.ts';
import type { Json } from '../../src/contract/json.ts';
import { ByteReader } from '../../src/wire/byte-reader.ts';
import { ANSWER_BYTES, CHALLENGE_BYTES, decodeAnswer, decodeChallenge, STREAM_ACK } from '../../src/wire/challenge.ts';
import { encodeFrame, FrameReader } from '../../src/wire/frames.ts';
import { encodePreface, WIRE_VERSION } from '../../src/wire/preface.ts';
import { handshakeProofs, streamProof } from '../../src/wire/proof.ts';
import { SECRET } from './play-cell.ts';

type Address = Pick<Agent, 'host' | 'port'>;

export interface RawPeer {
  socket: net.Socket;
  /** All that the other side has sent. */
  received(): Buffer;
  /** Resolves with all that was received when the other side has ended the connection, in whatever way. */
  closed: Promise<Buffer>;
  /** Resolves when so much was received; rejects when the connection ends before. */
  atLeast(bytes: number): Promise<Buffer>;
}

/** A connection that sends these bytes, and listens. */
export function rawPeer({ host, port }: Address, ...bytes: Uint8Array[]): RawPeer {
  const socket = net.connect({ host, port });
  const chunks: Buffer[] = [];
  const received = () => Buffer.concat(chunks);
  socket.on('data', (chunk) => chunks.push(chunk)).on('error', () => undefined);
  const closed = new Promise<Buffer>((resolve) => {
    socket.once('close', () => resolve(received()));
  });
  for (const each of bytes) socket.write(each);
  const atLeast = (count: number) =>
    new Promise<Buffer>((resolve, reject) => {
      const look = () => received().length >= count && resolve(received());
      socket.on('data', look);
      void closed.then(() => reject(new Error(`closed after ${received().length} bytes`)));
      look();
    });
  return { socket, received, closed, atLeast };
}

export const nonce = () => randomBytes(32);
const NO_SESSION = new Uint8Array(16);

export function controlPreface(tail: Uint8Array = nonce(), version: number = WIRE_VERSION): Buffer {
  return encodePreface({ version, type: 'control', session: NO_SESSION, stream: 0, tail });
}

/** The bytes that open a stream of a session. */
export function streamPreface(
  session: string,
  key: Uint8Array,
  stream: number,
  version: number = WIRE_VERSION,
): Buffer {
  const id = Buffer.from(session, 'hex');
  return encodePreface({ version, type: 'stream', session: id, stream, tail: streamProof(key, 'stream', id, stream) });
}

/** What of a stream's bytes came after the agent's acknowledgement. */
export function afterAck(received: Buffer): Buffer {
  if (!received.subarray(0, STREAM_ACK.length).equals(STREAM_ACK)) throw new Error('no acknowledgement');
  return received.subarray(STREAM_ACK.length);
}

export type Said = { is: string; [key: string]: Json };

/** A controller that says what the test says, byte for byte. */
export interface RawController {
  socket: net.Socket;
  key: Buffer;
  send(message: Json): void;
  /** The next message; of this kind, when one is named. Rejects when there is none any more. */
  next(is?: string): Promise<Said>;
  closed: Promise<unknown>;
}

/** Shakes hands with an agent; `early` is sent in one write with the proof. */
export async function rawController(agent: Address, early: Json[] = [], secret = SECRET): Promise<RawController> {
  const socket = net.connect({ host: agent.host, port: agent.port });
  socket.on('error', () => undefined);
  const closed = new Promise((resolve) => socket.once('close', resolve));
  const reader = new ByteReader(socket);
  const ours = nonce();
  socket.write(controlPreface(ours));
  const proofs = handshakeProofs(secret, ours, decodeChallenge(await reader.take(CHALLENGE_BYTES)).nonce);
  socket.write(Buffer.concat([proofs.controller, ...early.map(encodeFrame)]));
  const { answer } = decodeAnswer(await reader.take(ANSWER_BYTES));
  if (answer !== 'accepted') throw new Error(answer);
  const next = messagesOf(reader);
  return { socket, key: proofs.sessionKey, closed, next, send: (message) => socket.write(encodeFrame(message)) };
}

function messagesOf(reader: ByteReader): RawController['next'] {
  const frames = new FrameReader(16 * 1024 * 1024);
  const waiting: Said[] = [];
  return async (is) => {
    for (;;) {
      const message = waiting.shift();
      if (message !== undefined && (is === undefined || message.is === is)) return message;
      if (message !== undefined) continue;
      const bytes = await reader.takeWhen((buffer) => (buffer.length > 0 ? buffer.length : undefined));
      for (const each of frames.push(bytes)) waiting.push(each as Said);
    }
  };
}

/** A request for a responder's session, as a controller makes it. */
export function openRequest(kind: string, options: Json, change: { [key: string]: Json } = {}): Json {
  const ids = { cell: 'here.there.k.r1', attempt: 1, part: '', kind, role: 'responder', seat: 1, seed: 1 };
  const seats = [{ site: 'here' }, { site: 'there', agent: 'embedded' }];
  return { do: 'open', request: { ...ids, shard: { index: 0, of: 1 }, options, seats, ...change } };
}
