import type net from 'node:net';
import type { ProbeIo, Writer } from '../contract/io.ts';
import type { Ns } from '../contract/records.ts';
import { type TCP_INFO_COLUMNS, TCP_INFO_EVERY_NS } from '../contract/tcp-info.ts';
import { descriptorOf } from '../kernel/descriptor.ts';
import { isMissing, type Missing } from '../kernel/missing.ts';
import type { Kernel } from '../kernel/native.ts';
import { getCongestionControl } from '../kernel/tcp-congestion.ts';
import { readTcpInfo } from '../kernel/tcp-info.ts';

/** Asks the kernel about an activity's TCP connections, when each begins, now and then, and at the end. */
export class TcpWatch {
  readonly #kernel: Kernel | Missing;
  readonly #table: Writer<typeof TCP_INFO_COLUMNS>;
  readonly #now: () => Ns;
  readonly #fact: ProbeIo<Record<string, never>>['fact'];
  readonly #sockets = new Map<net.Socket, number>();
  readonly #timer: NodeJS.Timeout;
  #connections = 0;
  #rowsLeft: number;
  #told = false;

  constructor(
    kernel: Kernel | Missing,
    table: Writer<typeof TCP_INFO_COLUMNS>,
    rows: number,
    now: () => Ns,
    fact: ProbeIo<Record<string, never>>['fact'],
  ) {
    this.#kernel = kernel;
    this.#table = table;
    this.#rowsLeft = rows;
    this.#now = now;
    this.#fact = fact;
    this.#timer = setInterval(() => this.#look(), TCP_INFO_EVERY_NS / 1e6).unref();
  }

  /** Watches a socket that is connected, or will be. */
  add(socket: net.Socket): void {
    const connection = this.#connections;
    this.#connections += 1;
    const begin = () => {
      this.#sockets.set(socket, connection);
      this.#begin(socket);
    };
    beforeDestroy(socket, () => {
      if (this.#sockets.delete(socket)) this.#ask(socket, connection);
    });
    if (socket.connecting) socket.once('connect', begin);
    else begin();
  }

  /** Asks a last time, and no more. */
  end(): void {
    clearInterval(this.#timer);
    this.#look();
    this.#sockets.clear();
  }

  /** Of many streams the first tells what all have. */
  #begin(socket: net.Socket): void {
    const descriptor = descriptorOf(socket);
    if (isMissing(this.#kernel) || descriptor === undefined || this.#told) return;
    const name = getCongestionControl(this.#kernel, descriptor);
    if (isMissing(name)) return;
    this.#told = true;
    this.#fact('congestion_control', name.value);
  }

  #look(): void {
    for (const [socket, connection] of this.#sockets) this.#ask(socket, connection);
  }

  #ask(socket: net.Socket, connection: number): void {
    const descriptor = descriptorOf(socket);
    if (isMissing(this.#kernel) || descriptor === undefined || this.#rowsLeft === 0) return;
    const info = readTcpInfo(this.#kernel, descriptor);
    if (isMissing(info)) return;
    this.#rowsLeft -= 1;
    this.#table.put({
      at: this.#now(),
      connection,
      rtt: info.rttNs,
      rttvar: info.rttvarNs,
      min_rtt: info.minRttNs,
      cwnd_segments: info.cwndSegments,
      mss_bytes: info.sndMssBytes,
      retransmits: info.retransmits,
      bytes_sent: info.bytesSent,
      bytes_retransmitted: info.bytesRetransmitted,
      bytes_acked: info.bytesAcked,
      bytes_received: info.bytesReceived,
      delivery_rate_bps: info.deliveryRateBps,
      busy: info.busyNs,
      rwnd_limited: info.rwndLimitedNs,
      sndbuf_limited: info.sndbufLimitedNs,
    });
  }
}

/**
 * Calls back just before a socket gives its descriptor up, whoever ends it: what its connection came to is known then, and
 * never again. A stream's `_destroy` is what Node calls for that.
 */
function beforeDestroy(socket: net.Socket, last: () => void): void {
  const destroy = socket._destroy;
  socket._destroy = (error, done) => {
    last();
    destroy.call(socket, error, done);
  };
}
