import { randomBytes } from 'node:crypto';
import type net from 'node:net';
import { type ErrorJson, NetprobeError } from '../contract/error.ts';
import type { AgentHello } from '../contract/hello.ts';
import { failureFrom } from '../contract/outcome.ts';
import type { HostedActivity } from '../lane/host.ts';
import type { ByteReader } from '../wire/byte-reader.ts';
import { encodeAnswer, encodeChallenge, NONCE_BYTES } from '../wire/challenge.ts';
import { type FromAgent, MAX_TO_AGENT_BYTES, type OpenRequest, type ToAgent } from '../wire/control.ts';
import { encodeFrame, FrameReader } from '../wire/frames.ts';
import { type Preface, WIRE_VERSION } from '../wire/preface.ts';
import { handshakeProofs, sameProof } from '../wire/proof.ts';
import { parseToAgent } from './request.ts';
import type { Sessions } from './sessions.ts';

/** A controller that does not read its records is cut off before they fill the agent's memory, … */
const MAX_UNREAD_BYTES = 16 * 1024 * 1024;
/** … and long before that the lane is not asked for more. */
const ENOUGH_UNREAD_BYTES = 1024 * 1024;
/** A peer that has been told all that there is may take so long to read it and leave. */
const LEAVE_MS = 20_000;

export interface ControlDeps {
  secret: string;
  hello: AgentHello;
  sessions: Sessions;
  /** True while the agent takes no new sessions. */
  draining(): boolean;
  patience: Patience;
}

/** How long an agent waits for others. */
export interface Patience {
  /** A stranger has this long to say who it is. */
  greetingMs: number;
  /** After the handshake, a session must be asked for within this time. */
  idleMs: number;
}
export const PATIENCE: Patience = { greetingMs: 5_000, idleMs: 10_000 };

/**
 * The agent's side of the handshake: a challenge, the controller's proof, then the agent's own. Returns the session
 * key, or undefined when the controller was turned away. Throws when the peer leaves.
 */
export async function shakeHands(socket: net.Socket, preface: Preface, reader: ByteReader, deps: ControlDeps) {
  const nonce = randomBytes(NONCE_BYTES);
  socket.write(encodeChallenge({ minVersion: WIRE_VERSION, maxVersion: WIRE_VERSION, nonce }));
  if (preface.version !== WIRE_VERSION) {
    reader.release();
    await dismiss(socket);
    return undefined;
  }
  const shown = await reader.take(NONCE_BYTES);
  const proofs = handshakeProofs(deps.secret, preface.tail, nonce);
  const proved = sameProof(proofs.controller, shown);
  if (!proved || deps.draining()) {
    reader.release();
    await dismiss(socket, encodeAnswer(proved ? 'busy' : 'denied'));
    return undefined;
  }
  socket.write(encodeAnswer('accepted', proofs.agent));
  return proofs.sessionKey;
}

/** Resolves when the peer is gone: it is told the last word, what it still sends is not kept, and it must not stay. */
function dismiss(socket: net.Socket, word?: Uint8Array): Promise<void> {
  if (socket.closed) return Promise.resolve();
  socket.removeAllListeners('data');
  if (word) socket.end(word);
  else socket.end();
  socket.resume();
  const cut = setTimeout(() => socket.destroy(), LEAVE_MS);
  return new Promise((resolve) => {
    socket.once('close', () => {
      clearTimeout(cut);
      resolve();
    });
  });
}

/** Serves a control connection whose peer knows the secret: introduces the agent, then plays at most one session. */
export function serveControl(socket: net.Socket, key: Uint8Array, early: Buffer, deps: ControlDeps): void {
  const frames = new FrameReader(MAX_TO_AGENT_BYTES);
  let activity: HostedActivity | undefined;
  let asked = false;
  const idle = setTimeout(() => socket.destroy(), deps.patience.idleMs);

  const send = (message: FromAgent) => {
    if (socket.destroyed || socket.writableEnded) return;
    socket.write(encodeFrame(message as never));
    if (socket.writableLength > MAX_UNREAD_BYTES) socket.destroy();
  };

  const open = (request: OpenRequest) => {
    if (asked) throw new NetprobeError('NETPROBE_PROTOCOL', 'a second session on one control connection');
    asked = true;
    clearTimeout(idle);
    if (deps.draining()) throw new NetprobeError('NETPROBE_AGENT_BUSY', 'the agent is shutting down');
    let opened: { id: string; activity: HostedActivity } | undefined;
    opened = deps.sessions.open(request, key, {
      serving: () => opened && send({ is: 'opened', session: opened.id }),
      record: (record) => {
        send({ is: 'record', record });
        return socket.writableLength > ENOUGH_UNREAD_BYTES ? drained(socket) : undefined;
      },
      tell: (seat, message) => send({ is: 'tell', seat, message }),
    });
    activity = opened.activity;
    void activity.done.then(({ status, error }) => {
      send({ is: 'closed', status, error });
      void dismiss(socket);
    });
  };

  const obey = (message: ToAgent) => {
    if (message.do === 'open') open(message.request);
    else if (message.do === 'hear') activity?.hear(message.seat, message.message);
    else if (message.do === 'hush') activity?.hush(message.seat);
    else activity?.abort(new NetprobeError('NETPROBE_ABORTED', 'the controller gave up'));
  };

  const receive = (chunk: Buffer) => {
    try {
      for (const message of frames.push(chunk)) obey(parseToAgent(message));
    } catch (error) {
      send({ is: 'refused', error: asError(error) });
      void dismiss(socket);
      activity?.abort(new NetprobeError('NETPROBE_PROTOCOL', 'the controller broke the control protocol'));
    }
  };

  socket.on('data', receive);
  socket.on('error', () => socket.destroy());
  socket.on('close', () => {
    clearTimeout(idle);
    activity?.abort(new NetprobeError('NETPROBE_ABORTED', 'the controller closed its control connection'));
  });
  send({ is: 'hello', hello: deps.hello });
  if (early.length > 0) receive(early);
  socket.resume();
}

/** Resolves when what was written has gone out, or the connection has. */
function drained(socket: net.Socket): Promise<void> {
  if (socket.destroyed) return Promise.resolve();
  return new Promise((resolve) => {
    const done = () => {
      socket.off('drain', done);
      socket.off('close', done);
      resolve();
    };
    socket.once('drain', done);
    socket.once('close', done);
  });
}

function asError(error: unknown): ErrorJson {
  return failureFrom(error, 'agent').toJSON();
}
