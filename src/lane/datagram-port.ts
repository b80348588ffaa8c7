import { randomBytes } from 'node:crypto';
import dgram from 'node:dgram';
import net from 'node:net';
import type { Attention } from '../clock/attention.ts';
import { threadNow } from '../clock/monotonic.ts';
import type { DatagramHandler, DatagramSource } from '../contract/io.ts';
import type { Ns } from '../contract/records.ts';
import { isMissing, type Missing } from '../kernel/missing.ts';
import type { Kernel } from '../kernel/native.ts';
import { type SendNow, sendNow, socketAddress } from '../kernel/send-datagram.ts';
import { decodeHello, encodeWelcome, provesHello, sessionBytes, TOKEN_BYTES } from '../wire/datagram-hello.ts';
import { packetKey } from '../wire/proof.ts';
import { mark } from './mark.ts';
import { type Stamper, stamperOf } from './receive-stamp.ts';

/** What may wait in the kernel while this thread is held up; the kernel's own limit may be lower. */
const RECEIVE_BUFFER_BYTES = 4 * 1024 * 1024;
/** A source may have to say hello again, when its hello or the answer was lost. */
const HELLOS_PER_SOURCE = 50;
/** Addresses that may say hello for one flow: whoever knows the key could name others' addresses as its own. */
const SOURCES_PER_FLOW = 4;

/** A session whose datagrams come here. */
export interface DatagramSession {
  id: string;
  key: Uint8Array;
  /** This thread's clock when the session's began. */
  origin: Ns;
  handler: DatagramHandler;
  /** How many flows it may have. */
  flows: number;
  /** Told how many bytes came in, or went out. */
  carried(bytes: number, out: boolean): void;
}

interface Source extends DatagramSource {
  session: DatagramSession;
  token: Buffer;
  hellos: number;
  /** Its address as the kernel takes it; undefined where that cannot be had. */
  sockaddr: Uint8Array | undefined;
}

interface Hosted {
  session: DatagramSession;
  packetKey: Buffer;
  sources: Map<string, Source>;
}

/** Takes packets of nobody's session; true when it has dealt with one. */
export type Stranger = (packet: Buffer, from: dgram.RemoteInfo, at: Ns, reply: (packet: Uint8Array) => void) => void;

/**
 * An agent's UDP port. A packet is shown to a session's handler only if it carries the token that was sent to its source
 * address; a hello that does not prove its session, and whatever else comes, is dropped without an answer.
 */
export class DatagramPort {
  readonly #socket: dgram.Socket;
  readonly #kernel: Kernel | Missing;
  readonly #stamper: Stamper | undefined;
  readonly #sendNow: SendNow | undefined;
  /** The DSCP that the socket sends with. */
  #dscp = 0;
  #closed = false;
  /** Answers given to Node, and not told of yet: none may overtake them. */
  #pending = 0;
  readonly #sessions = new Map<string, Hosted>();
  readonly #sources = new Map<string, Source>();
  readonly #stranger: Stranger | undefined;
  /** The source whose packet is being taken, how many bytes it has, and where the answer goes. */
  #answering: { source: Source; bytes: number; port: number; address: string } | undefined;

  private constructor(
    socket: dgram.Socket,
    kernel: Kernel | Missing,
    attention: Attention | undefined,
    stranger: Stranger | undefined,
  ) {
    this.#socket = socket;
    this.#stranger = stranger;
    this.#kernel = kernel;
    this.#sendNow = sendNow(kernel, socket);
    this.#stamper = stamperOf(socket, threadNow, kernel);
    socket.on('message', (packet, from) => {
      if (this.#take(packet, from)) attention?.came();
    });
    // ICMP's word on an answer of ours, or no memory: neither is a reason to stop.
    socket.on('error', () => undefined);
  }

  /** Rejects with the system's error when the port cannot be had. */
  static open(
    host: string,
    port: number,
    kernel: Kernel | Missing,
    attention?: Attention,
    stranger?: Stranger,
  ): Promise<DatagramPort> {
    const type = net.isIPv6(host) ? 'udp6' : 'udp4';
    // Addresses only: without a look-up, even one that has nothing to do, an answer leaves within its callback.
    const lookup = (address: string, family: number, done: (error: null, address: string, family: number) => void) =>
      done(null, address, family);
    const socket = dgram.createSocket({ type, recvBufferSize: RECEIVE_BUFFER_BYTES, lookup: lookup as never });
    return new Promise((resolve, reject) => {
      socket.once('error', reject);
      socket.bind({ address: host, port, exclusive: true }, () => {
        socket.off('error', reject);
        resolve(new DatagramPort(socket, kernel, attention, stranger));
      });
    });
  }

  get port(): number {
    return this.#socket.address().port;
  }

  /** Gives the port back; again does nothing. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#socket.close();
  }

  /** Throws NETPROBE_DSCP_UNSUPPORTED when its answers are to be marked, and cannot be. */
  admit(session: DatagramSession): void {
    if (session.handler.dscp !== undefined) this.#mark(session.handler.dscp);
    const key = packetKey(session.key, sessionBytes(session.id));
    this.#sessions.set(session.id, { session, packetKey: key, sources: new Map() });
  }

  dismiss(id: string): void {
    for (const address of this.#sessions.get(id)?.sources.keys() ?? []) {
      if (this.#sources.get(address)?.session.id === id) this.#sources.delete(address);
    }
    this.#sessions.delete(id);
  }

  /** Whether it was a session's. */
  #take(packet: Buffer, from: dgram.RemoteInfo): boolean {
    const at = threadNow();
    const kernelAt = this.#stamper === undefined ? null : this.#stamper(at);
    const address = `${from.address} ${from.port}`;
    const source = this.#sources.get(address);
    if (source !== undefined && carries(packet, source)) {
      const { session } = source;
      session.carried(packet.length, false);
      this.#answering = { source, bytes: packet.length, port: from.port, address: from.address };
      try {
        session.handler.take(packet, source, at - session.origin, kernelAt === null ? null : kernelAt - session.origin);
      } catch {
        // What a peer provokes in a handler must not end the lane, and the sessions of others.
      }
      this.#answering = undefined;
      return true;
    }
    if (!this.#greet(packet, from, address)) {
      this.#stranger?.(packet, from, kernelAt ?? at, (reply) =>
        this.#socket.send(reply, from.port, from.address, ignore),
      );
    }
    return false;
  }

  /** Answers a hello that proves its session with a token for its address. False when the packet is no hello. */
  #greet(packet: Buffer, from: dgram.RemoteInfo, address: string): boolean {
    const hello = decodeHello(packet);
    if (hello === undefined) return false;
    const hosted = this.#sessions.get(hello.session);
    if (hosted === undefined || hello.flow >= hosted.session.flows || !provesHello(hello, hosted.session.key))
      return true;
    const source = hosted.sources.get(address) ?? this.#newSource(hosted, hello.flow, address, from);
    if (source === undefined || source.flow !== hello.flow || source.hellos >= HELLOS_PER_SOURCE) return true;
    source.hellos += 1;
    const { key } = hosted.session;
    const welcome = encodeWelcome(sessionBytes(hello.session), hello.flow, key, source.token);
    hosted.session.carried(packet.length, false);
    hosted.session.carried(welcome.length, true);
    this.#socket.send(welcome, from.port, from.address, ignore);
    return true;
  }

  #newSource(
    { session, packetKey: key, sources }: Hosted,
    flow: number,
    address: string,
    from: dgram.RemoteInfo,
  ): Source | undefined {
    // An address that another session has stays that session's: it cannot be told which of the two is there.
    if (this.#sources.has(address) || sources.size >= session.flows * SOURCES_PER_FLOW) return undefined;
    const token = randomBytes(TOKEN_BYTES);
    const sockaddr = isMissing(this.#kernel) ? undefined : socketAddress(this.#kernel, from.address, from.port);
    const source: Source = {
      flow,
      key,
      session,
      token,
      sockaddr,
      hellos: 0,
      reply: (packet) => this.#reply(source, packet),
    };
    sources.set(address, source);
    this.#sources.set(address, source);
    return source;
  }

  /** All sessions share one socket: it is marked again when one of them differs from the last. */
  #mark(dscp: number): void {
    if (dscp === this.#dscp) return;
    mark(this.#socket, dscp, this.#kernel, 'agent');
    this.#dscp = dscp;
  }

  /** By Node, which keeps what a full socket does not take: until then the responder may need its buffer again. */
  #queue(packet: Uint8Array, { port, address }: { port: number; address: string }): void {
    this.#pending += 1;
    this.#socket.send(Uint8Array.from(packet), port, address, () => {
      this.#pending -= 1;
    });
  }

  #reply(source: Source, packet: Uint8Array): void {
    const answering = this.#answering;
    if (answering?.source !== source || packet.length > answering.bytes) return;
    this.#answering = undefined;
    source.session.carried(packet.length, true);
    this.#mark(source.session.handler.dscp ?? 0);
    // A source without an address for the system call, or a full socket: Node's way takes longer.
    const sent =
      this.#pending === 0 &&
      !this.#closed &&
      source.sockaddr !== undefined &&
      this.#sendNow?.(packet, source.sockaddr) === 0;
    if (!sent) this.#queue(packet, answering);
  }
}

function carries(packet: Buffer, { session, token }: Source): boolean {
  const at = session.handler.tokenAt;
  // Not in constant time: a guess travels with each packet, and 2^63 of them do not fit into a session.
  return packet.length >= at + TOKEN_BYTES && packet.compare(token, 0, TOKEN_BYTES, at, at + TOKEN_BYTES) === 0;
}

function ignore(): void {
  // An answer that cannot be sent is one that was lost.
}
