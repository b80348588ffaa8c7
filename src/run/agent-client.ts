import { randomBytes } from 'node:crypto';
import type net from 'node:net';
import { type ErrorJson, NetprobeError } from '../contract/error.ts';
import type { AgentHello } from '../contract/hello.ts';
import type { Json } from '../contract/json.ts';
import { failureFrom } from '../contract/outcome.ts';
import type { CloseStatus, JournalRecord } from '../contract/records.ts';
import { dial } from '../lane/dial.ts';
import { ByteReader, EndOfStream } from '../wire/byte-reader.ts';
import { ANSWER_BYTES, CHALLENGE_BYTES, decodeAnswer, decodeChallenge, NONCE_BYTES } from '../wire/challenge.ts';
import { MAX_FROM_AGENT_BYTES, type OpenRequest, type ToAgent } from '../wire/control.ts';
import { encodeFrame, FrameReader } from '../wire/frames.ts';
import { encodePreface, MAGIC, SESSION_BYTES, WIRE_VERSION } from '../wire/preface.ts';
import { handshakeProofs, sameProof } from '../wire/proof.ts';
import { type AgentWords, agentError, parseAgentWords } from './agent-words.ts';

/** An agent that takes the connection must shake hands within this time. */
const HANDSHAKE_MS = 5_000;
const CONNECT_NS = 5e9;

export interface AgentAddress {
  /** For messages: host:port as the user wrote it. */
  name: string;
  address: string;
  port: number;
  secret: string;
}

interface SessionEvents {
  record(record: JournalRecord): void;
  tell(seat: number, message: Json): void;
}

/** An agent's session, seen from the controller. */
export interface AgentSession {
  id: string;
  hear(seat: number, message: Json): void;
  hush(seat: number): void;
  abort(error: NetprobeError): void;
  /** How the agent's seat ended; never rejects. */
  done: Promise<{ status: CloseStatus; error: ErrorJson | null }>;
}

export interface AgentConnection {
  hello: AgentHello;
  /** Hex: proves the session's streams. */
  sessionKey: string;
  /** Asks for the session; at most once. Rejects with the agent's reason when it refuses. */
  open(request: OpenRequest, events: SessionEvents): Promise<AgentSession>;
  close(): void;
}

/** Connects to an agent and shakes hands: proves that it knows the secret, and that the agent does. */
export async function dialAgent(
  to: AgentAddress,
  signal: AbortSignal,
  handshakeMs: number = HANDSHAKE_MS,
): Promise<AgentConnection> {
  const link = await dial(to, { now: () => 0, timeoutNs: CONNECT_NS, signal });
  const socket = link.stream as net.Socket;
  socket.on('error', () => socket.destroy());
  const silence = setTimeout(() => socket.destroy(silent(to, handshakeMs)), handshakeMs);
  const onAbort = () => socket.destroy(signal.reason as Error);
  signal.addEventListener('abort', onAbort, { once: true });
  const reader = new ByteReader(socket);
  try {
    const sessionKey = await shakeHands(socket, reader, to);
    const channel = new Channel(socket, to);
    channel.start(reader.release());
    const first = await channel.next();
    if (first.is !== 'hello') throw channel.garbage(first.is);
    socket.setKeepAlive(true, 10_000);
    return {
      hello: first.hello,
      sessionKey: sessionKey.toString('hex'),
      open: (request, events) => openSession(channel, request, events),
      close: () => socket.destroy(),
    };
  } catch (error) {
    socket.destroy();
    throw explain(error, to);
  } finally {
    clearTimeout(silence);
    signal.removeEventListener('abort', onAbort);
  }
}

async function shakeHands(socket: net.Socket, reader: ByteReader, to: AgentAddress): Promise<Buffer> {
  const nonce = randomBytes(NONCE_BYTES);
  const session = new Uint8Array(SESSION_BYTES);
  socket.write(encodePreface({ version: WIRE_VERSION, type: 'control', session, stream: 0, tail: nonce }));
  const challenge = decodeChallenge(await reader.takeWhen(ours(CHALLENGE_BYTES)));
  if (challenge.minVersion > WIRE_VERSION || challenge.maxVersion < WIRE_VERSION)
    throw new NetprobeError('NETPROBE_AGENT_VERSION', `${to.name} speaks another version of the agent protocol`, {
      expected: `version ${WIRE_VERSION}`,
      found: `versions ${challenge.minVersion} to ${challenge.maxVersion}`,
      hint: 'run the same netprobe release on both sides',
    });
  const proofs = handshakeProofs(to.secret, nonce, challenge.nonce);
  socket.write(proofs.controller);
  const { answer, proof } = decodeAnswer(await reader.takeWhen(ours(ANSWER_BYTES)));
  if (answer === 'busy')
    throw new NetprobeError('NETPROBE_AGENT_BUSY', `${to.name} takes no new sessions`, { hint: 'try again later' });
  if (answer === 'denied')
    throw new NetprobeError('NETPROBE_AGENT_DENIED', `${to.name} refused the token`, {
      expected: 'the secret that the agent was started with',
      found: to.secret === '' ? 'no token' : 'another token',
      hint: "set the site's token: { env: NAME } or { file: PATH }",
    });
  if (!sameProof(proof, proofs.agent))
    throw new NetprobeError('NETPROBE_AGENT_DENIED', `${to.name} does not know the secret: it may be an impostor`, {
      origin: 'agent',
    });
  return proofs.sessionKey;
}

/** So many bytes; fewer as soon as they are not an agent's, for the decoder to say so: others may wait for more words. */
function ours(length: number): (buffer: Buffer) => number | undefined {
  return (buffer) => {
    const known = MAGIC.subarray(0, buffer.length).equals(buffer.subarray(0, MAGIC.length));
    if (!known) return Math.min(buffer.length, length);
    return buffer.length >= length ? length : undefined;
  };
}

async function openSession(channel: Channel, request: OpenRequest, events: SessionEvents): Promise<AgentSession> {
  channel.send({ do: 'open', request });
  // Records of the seat's start come before it is ready to serve.
  let answer = await channel.next();
  for (; answer.is === 'record'; answer = await channel.next()) events.record(answer.record);
  if (answer.is === 'refused') throw NetprobeError.from(agentError(answer.error));
  if (answer.is === 'closed') throw NetprobeError.from(agentError(answer.error));
  if (answer.is !== 'opened') throw channel.garbage(answer.is);
  const done = listen(channel, events).catch((error: unknown) => ({
    status: 'partial' as const,
    error: failureFrom(error, channel.name).toJSON(),
  }));
  return {
    id: answer.session,
    hear: (seat, message) => channel.send({ do: 'hear', seat, message }),
    hush: (seat) => channel.send({ do: 'hush', seat }),
    abort: (error) => channel.send({ do: 'abort', error: error.toJSON() }),
    done,
  };
}

async function listen(channel: Channel, events: SessionEvents) {
  for (;;) {
    const message = await channel.next();
    if (message.is === 'record') events.record(message.record);
    else if (message.is === 'tell') events.tell(message.seat, message.message);
    else if (message.is === 'closed') {
      channel.close();
      const { status, error } = message;
      return { status, error: status === 'completed' ? null : agentError(error) };
    } else if (message.is === 'refused') throw NetprobeError.from(agentError(message.error));
    else throw channel.garbage(message.is);
  }
}

/** Control messages over a socket, in order. */
class Channel {
  readonly name: string;
  readonly #socket: net.Socket;
  readonly #frames = new FrameReader(MAX_FROM_AGENT_BYTES);
  readonly #waiting: AgentWords[] = [];
  #failure: Error | undefined;
  #wake: (() => void) | undefined;

  constructor(socket: net.Socket, to: AgentAddress) {
    this.#socket = socket;
    this.name = to.name;
  }

  start(early: Buffer): void {
    const receive = (chunk: Buffer) => {
      try {
        for (const message of this.#frames.push(chunk)) this.#waiting.push(parseAgentWords(message, this.name));
      } catch (error) {
        const why = error instanceof NetprobeError ? error.message : String(error);
        this.#fail(new NetprobeError('NETPROBE_AGENT_GARBAGE', `${this.name}: ${why}`, { cause: error }));
        this.#socket.destroy();
      }
      this.#wake?.();
    };
    this.#socket.on('data', receive);
    this.#socket.on('error', (error) => this.#fail(error));
    this.#socket.on('close', () =>
      this.#fail(new NetprobeError('NETPROBE_AGENT_CLOSED', `${this.name} closed the control connection`)),
    );
    if (early.length > 0) receive(early);
    this.#socket.resume();
  }

  async next(): Promise<AgentWords> {
    for (;;) {
      const message = this.#waiting.shift();
      if (message !== undefined) return message;
      if (this.#failure) throw this.#failure;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  send(message: ToAgent): void {
    if (this.#socket.writable) this.#socket.write(encodeFrame(message as never));
  }

  /** Nothing more is said, nor listened to. */
  close(): void {
    this.#socket.removeAllListeners('data');
    this.#socket.end();
  }

  garbage(found: string): NetprobeError {
    this.#socket.destroy();
    return new NetprobeError('NETPROBE_AGENT_GARBAGE', `${this.name} broke the control protocol`, { found });
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    this.#wake?.();
  }
}

function silent(to: AgentAddress, handshakeMs: number): NetprobeError {
  return new NetprobeError('NETPROBE_AGENT_SILENT', `${to.name} took the connection and said nothing`, {
    expected: `a netprobe agent's handshake within ${handshakeMs / 1000} s`,
    hint: 'is it a netprobe agent, and not overloaded?',
  });
}

function explain(error: unknown, to: AgentAddress): NetprobeError {
  if (error instanceof EndOfStream)
    return new NetprobeError('NETPROBE_AGENT_CLOSED', `${to.name} closed the connection during the handshake`, {
      hint: 'is it a netprobe agent, of this version?',
    });
  return failureFrom(error, to.name);
}
