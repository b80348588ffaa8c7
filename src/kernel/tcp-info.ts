import { isMissing, type Missing } from './missing.ts';
import type { Kernel } from './native.ts';
import { getOption, type SocketOption } from './socket-option.ts';
import { TCP_INFO_BYTES, type TcpInfoField, tcpInfoField } from './tcp-info-layout.ts';

const TCP_INFO: SocketOption = { level: 6, name: 11, words: 'TCP_INFO' };

/** net/tcp_states.h; the first is 1. */
const STATES = [
  'established',
  'syn-sent',
  'syn-recv',
  'fin-wait-1',
  'fin-wait-2',
  'time-wait',
  'close',
  'close-wait',
  'last-ack',
  'listen',
  'closing',
  'new-syn-recv',
] as const;
/** The congestion control's own state; the first is 0. */
const CA_STATES = ['open', 'disorder', 'cwr', 'recovery', 'loss'] as const;

/** Kept by the kernel for "there is none yet" or "no bound". */
const U32_MAX = 0xffff_ffff;
const INFINITE_SSTHRESH = 0x7fff_ffff;

/**
 * What the kernel knows of a TCP connection, from this side. A value is null when this kernel has no such field
 * (`structBytes` tells how much it gave), or when there is none yet: no round trip, no rate sample. Counters run from the
 * connection's start. Times come from microseconds, `busyNs` and the limited ones from the kernel's clock tick.
 */
export interface TcpInfo {
  structBytes: number;
  state: (typeof STATES)[number] | null;
  congestionState: (typeof CA_STATES)[number] | null;

  /** Smoothed round-trip time and its mean deviation (RFC 6298), the least one, and the receiver's own estimate. */
  rttNs: number | null;
  rttvarNs: number | null;
  minRttNs: number | null;
  receiverRttNs: number | null;
  rtoNs: number | null;

  /** Segments sent again, ever, for whatever reason; and how many of those in flight now were. */
  retransmits: number | null;
  retransInFlight: number | null;
  unackedSegments: number | null;
  sackedSegments: number | null;
  lostSegments: number | null;
  /** How many segments' worth of reordering the kernel allows for, and how often it saw any. */
  reorderingSegments: number | null;
  reorderingSeen: number | null;
  /** Segments that the receiver reported as having twice: sent again for nothing. */
  dsackDuplicates: number | null;
  outOfOrderSegments: number | null;

  sndMssBytes: number | null;
  rcvMssBytes: number | null;
  pmtuBytes: number | null;
  cwndSegments: number | null;
  /** Null also while slow start is unbounded. */
  ssthreshSegments: number | null;
  /** The peer's window, and what this side's receive buffer is tuned for. */
  sndWndBytes: number | null;
  rcvSpaceBytes: number | null;

  /** With what was sent again, and what this machine's own queue then dropped. SYN and FIN count as acked bytes. */
  bytesSent: number | null;
  bytesAcked: number | null;
  bytesReceived: number | null;
  bytesRetransmitted: number | null;
  notSentBytes: number | null;
  segmentsOut: number | null;
  segmentsIn: number | null;
  dataSegmentsOut: number | null;
  /** Segments delivered, and those of them that came back marked as having met congestion (ECN). */
  deliveredSegments: number | null;
  deliveredCeSegments: number | null;

  /** The latest delivery rate, and whether the application, not the network, bounded it. */
  deliveryRateBps: number | null;
  deliveryRateAppLimited: boolean | null;
  pacingRateBps: number | null;
  /** How long there was something to send; and of that, held up by the peer's window, and by this side's send buffer. */
  busyNs: number | null;
  rwndLimitedNs: number | null;
  sndbufLimitedNs: number | null;
}

/** TCP_INFO of a connected TCP socket. Costs some 2 to 35 µs: sample it at 10/s at most. */
export function readTcpInfo(kernel: Kernel, descriptor: number): TcpInfo | Missing {
  const bytes = getOption(kernel, descriptor, TCP_INFO, TCP_INFO_BYTES);
  return isMissing(bytes) ? bytes : parseTcpInfo(bytes);
}

/** Reads the bytes of a struct tcp_info, however long this kernel's is. */
export function parseTcpInfo(bytes: Uint8Array): TcpInfo {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const count = (field: TcpInfoField) => tcpInfoField(view, field);
  const except = (field: TcpInfoField, ...none: number[]) => {
    const value = count(field);
    return value === null || none.includes(value) ? null : value;
  };
  const ns = (us: number | null) => (us === null ? null : us * 1000);
  const bps = (bytesPerSecond: number | null) => (bytesPerSecond === null ? null : bytesPerSecond * 8);
  const rtt = except('rtt', 0);
  const deliveryRate = except('delivery_rate', 0);
  return {
    structBytes: bytes.byteLength,
    state: STATES[(count('state') ?? 0) - 1] ?? null,
    congestionState: CA_STATES[count('ca_state') ?? -1] ?? null,
    rttNs: ns(rtt),
    rttvarNs: rtt === null ? null : ns(count('rttvar')),
    minRttNs: ns(except('min_rtt', U32_MAX)),
    receiverRttNs: ns(except('rcv_rtt', 0)),
    rtoNs: ns(count('rto')),
    retransmits: count('total_retrans'),
    retransInFlight: count('retrans'),
    unackedSegments: count('unacked'),
    sackedSegments: count('sacked'),
    lostSegments: count('lost'),
    reorderingSegments: count('reordering'),
    reorderingSeen: count('reord_seen'),
    dsackDuplicates: count('dsack_dups'),
    outOfOrderSegments: count('rcv_ooopack'),
    sndMssBytes: count('snd_mss'),
    rcvMssBytes: count('rcv_mss'),
    pmtuBytes: count('pmtu'),
    cwndSegments: count('snd_cwnd'),
    ssthreshSegments: except('snd_ssthresh', INFINITE_SSTHRESH),
    sndWndBytes: count('snd_wnd'),
    rcvSpaceBytes: count('rcv_space'),
    bytesSent: count('bytes_sent'),
    bytesAcked: count('bytes_acked'),
    bytesReceived: count('bytes_received'),
    bytesRetransmitted: count('bytes_retrans'),
    notSentBytes: count('notsent_bytes'),
    segmentsOut: count('segs_out'),
    segmentsIn: count('segs_in'),
    dataSegmentsOut: count('data_segs_out'),
    deliveredSegments: count('delivered'),
    deliveredCeSegments: count('delivered_ce'),
    deliveryRateBps: bps(deliveryRate),
    deliveryRateAppLimited: deliveryRate === null ? null : (count('flags') ?? 0) % 2 === 1,
    pacingRateBps: bps(except('pacing_rate', 2 ** 64)),
    busyNs: ns(count('busy_time')),
    rwndLimitedNs: ns(count('rwnd_limited')),
    sndbufLimitedNs: ns(count('sndbuf_limited')),
  };
}
